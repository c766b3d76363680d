-- Records a submission. Other bytes under the same name lose the scores of those before.
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
    scored_at = iif(sha256 = excluded.sha256, scored_at, NULL);
