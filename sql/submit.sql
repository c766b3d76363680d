-- insert: records a submission. Other bytes under the same name lose the scores of those before.
INSERT INTO submission (run, file, sha256, rows, message, created_at)
VALUES (:run, :file, :sha256, :rows, :message, :created_at)
ON CONFLICT (file) DO UPDATE
SET
    sha256 = excluded.sha256,
    rows = excluded.rows,
    message = ifnull(excluded.message, message),
    created_at = iif(sha256 = excluded.sha256, created_at, excluded.created_at),
    public_score = iif(sha256 = excluded.sha256, public_score, NULL),
    private_score = iif(sha256 = excluded.sha256, private_score, NULL),
    local_score = iif(sha256 = excluded.sha256, local_score, NULL),
    local_wrong = iif(sha256 = excluded.sha256, local_wrong, NULL),
    local_log_loss = iif(sha256 = excluded.sha256, local_log_loss, NULL),
    local_auc = iif(sha256 = excluded.sha256, local_auc, NULL),
    scored_at = iif(sha256 = excluded.sha256, scored_at, NULL);

-- recorded: the submission that is recorded under a file's name.
SELECT
    run,
    sha256
FROM submission
WHERE file = :file;

-- rows: what a run says of each test image in the order of the file; no class where there is no
-- prediction.
SELECT
    ifnull(image.external_id, image.row) AS id,
    class.class,
    prediction.probabilities
FROM image
LEFT JOIN prediction
    ON prediction.run = :run
   AND prediction.image = image.id
LEFT JOIN class
    ON class.dataset = image.dataset
   AND class.class = prediction.class
WHERE image.dataset = :dataset
  AND image.part = 'test'
ORDER BY image.row;

-- tested: a row where a dataset has test images.
SELECT 1
WHERE EXISTS (SELECT 1 FROM image WHERE dataset = :dataset AND part = 'test');

-- sent: keeps the message that a submission was sent with, its file being as it was recorded.
UPDATE submission
SET message = :message
WHERE run = :run
  AND file = :file;

-- newest: the newest submission of a run.
SELECT
    file,
    sha256
FROM submission
WHERE run = :run
ORDER BY id DESC
LIMIT 1;
