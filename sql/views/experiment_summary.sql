CREATE VIEW experiment_summary AS
-- How an experiment does over its seeds: its finished, evaluated runs; one row an experiment, kind
-- of run and version of a dataset, since each kind is judged on images of its own. Archived runs
-- and the folds of a folds run do not count. Best first with ORDER BY mean DESC.
SELECT
    run.experiment AS experiment,           -- the experiment file's name
    run.kind AS kind,                       -- training, folds or committee
    dataset.name AS dataset,                -- its name
    dataset.version AS dataset_version,     -- 1, 2, ... of that name
    count(*) AS runs,                       -- finished and evaluated
    count(DISTINCT run.seed) AS seeds,      -- different ones
    avg(accuracy) AS mean,                  -- of the validation accuracies
    sqrt(max(0, sum(accuracy * accuracy) - sum(accuracy) * avg(accuracy)) / nullif(count(*) - 1, 0))
        AS deviation,                       -- standard deviation between runs (n - 1); NULL for one
    min(accuracy) AS least,                 -- validation accuracy
    max(accuracy) AS greatest,              -- validation accuracy
    (SELECT run
     FROM evaluation
     JOIN run AS other ON other.id = evaluation.run
     WHERE other.experiment = run.experiment
       AND other.dataset = run.dataset
       AND other.status = 'finished'
       AND other.archived = 0
       AND other.kind = run.kind
       AND other.parent IS NULL
       AND evaluation.part = 'validation'
     ORDER BY 1.0 * correct / images DESC, evaluation.loss, evaluation.run
     LIMIT 1
    ) AS best_run,                          -- the one with the greatest
    avg(validation.loss) AS loss,           -- mean, on validation
    avg((SELECT sum(seconds)
         FROM epoch
         WHERE epoch.run = run.id
            OR epoch.run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = run.id)))
        AS seconds,                         -- mean, of all epochs of a run
    max(run.parameters) AS parameters       -- of the net
FROM run
JOIN dataset ON dataset.id = run.dataset
JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
WHERE run.status = 'finished'
  AND run.archived = 0
  AND run.parent IS NULL
  AND validation.accuracy IS NOT NULL
GROUP BY run.experiment, run.kind, run.dataset;
