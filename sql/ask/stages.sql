-- What the programs did, the newest first (run=: for that run only; stage=, limit=30).
SELECT
    stage.id AS id,
    stage,
    dataset.name AS dataset,
    run,
    replace(substr(ended_at, 1, 19), 'T', ' ') AS ended,
    round(seconds, 2) AS seconds,
    result,
    arguments
FROM stage
LEFT JOIN dataset ON dataset.id = stage.dataset
WHERE (:run IS NULL OR run = :run)
  AND stage = coalesce(:stage, stage)
ORDER BY stage.id DESC
LIMIT coalesce(:limit, 30);
