-- curve: the learning curve of a run: validation loss, or where there is none the training loss; of
-- a folds run, the mean over its folds.
SELECT avg(ifnull(validation_loss, train_loss)) AS loss
FROM epoch
WHERE run = :run
   OR run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = :run)
GROUP BY epoch
ORDER BY epoch;

-- runs: the runs to be watched: all that are running, or the one asked for. Figures of the last
-- epoch, the best ones so far, and how long an epoch takes. A folds run goes by the epochs of all
-- its folds.
WITH watched AS (
    SELECT
        run.*,
        iif(kind = 'folds', epochs * (SELECT folds FROM split WHERE split.id = run.split), epochs)
            AS all_epochs
    FROM run
    WHERE iif(:run IS NULL, status = 'running', id = :run)
),
passed AS (
    SELECT
        watched.id AS watched,
        epoch.*,
        row_number() OVER (PARTITION BY watched.id ORDER BY epoch.run DESC, epoch DESC) AS place,
        count(*) OVER whole AS done,
        max(validation_accuracy) OVER whole AS best,
        avg(seconds) OVER whole AS mean_seconds
    FROM watched
    JOIN epoch
        ON epoch.run = watched.id
        OR epoch.run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = watched.id)
    WINDOW whole AS (PARTITION BY watched.id)
)
SELECT
    watched.id AS id,
    experiment || ' seed ' || seed || iif(watched.kind = 'training', '', ' ' || watched.kind)
        || ifnull(' fold ' || fold, '') AS name,
    status AS status,
    status = 'running' AS running,
    all_epochs AS epochs,
    ifnull(last.done, 0) AS done,
    last.train_loss AS train_loss,
    last.validation_loss AS validation_loss,
    last.validation_accuracy AS validation_accuracy,
    last.best AS best,
    last.images_per_second AS images_per_second,
    iif(dataset.kind = 'table', 'rows', 'images') AS rows,
    last.mean_seconds AS epoch_seconds,
    (julianday('now') - julianday(ifnull(last.ended_at, watched.started_at))) * 86400 AS since
FROM watched
JOIN dataset ON dataset.id = watched.dataset
LEFT JOIN passed AS last
    ON last.watched = watched.id
   AND last.place = 1
ORDER BY watched.id;
