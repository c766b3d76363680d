-- findings: what is wrong in the database, a line of text each, and what to do about it. The number of
-- lines of a kind is limited: one of them is reason enough.
SELECT printf('the file is damaged: %s; make restore FROM=backup', integrity_check) AS finding
FROM (SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20)
UNION ALL
SELECT printf('%d rows of %s name one of %s that is not there; make restore FROM=backup', count(*),
    "table", parent)
FROM pragma_foreign_key_check
GROUP BY "table", parent
UNION ALL
SELECT printf('run %d: %d predictions are of images or classes that its dataset lacks; '
    || 'evaluate --again --run %d', run.id, count(*), run.id)
FROM prediction
JOIN run ON run.id = prediction.run
LEFT JOIN image INDEXED BY image_label ON image.id = prediction.image
LEFT JOIN class ON class.dataset = run.dataset AND class.class = prediction.class
WHERE image.dataset IS NOT run.dataset
   OR class.class IS NULL
GROUP BY run.id
UNION ALL
SELECT printf('run %d: %d predictions belong to no evaluation; evaluate --again --run %d', run, count(*),
    run)
FROM prediction
WHERE run NOT IN (SELECT run FROM evaluation)
GROUP BY run
UNION ALL
SELECT printf('run %d: is evaluated on %d images and has predictions of %d; evaluate --again --run %d',
    run, images, predictions, run)
FROM (
    SELECT
        run,
        sum(images) AS images,
        (SELECT count(*) FROM prediction WHERE prediction.run = evaluation.run) AS predictions
    FROM evaluation
    GROUP BY run)
WHERE images <> predictions
UNION ALL
SELECT printf('run %d: is finished and has no weights; make delete RUN=%d', id, id)
FROM run
WHERE kind = 'training'
  AND status = 'finished'
  AND id NOT IN (SELECT run FROM checkpoint);

-- checkpoints: all weights with the hash that they have to have.
SELECT
    run,
    kind,
    sha256,
    weights
FROM checkpoint
ORDER BY run, kind;

-- running: the runs that say they are running.
SELECT id AS run
FROM run
WHERE status = 'running'
ORDER BY id;

-- submissions: the newest file of each name.
SELECT
    run,
    file,
    sha256
FROM submission
ORDER BY id;

-- reports: the pages that were made.
SELECT
    run,
    path
FROM report
ORDER BY run;
