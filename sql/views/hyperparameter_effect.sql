CREATE VIEW hyperparameter_effect AS
-- How runs do with each value of a hyperparameter: the finished, evaluated ones; one row a dataset,
-- name, value and kind of run, since each kind is judged on images of its own. Archived runs and
-- the folds of a folds run do not count. Ask with a condition on name.
SELECT
    dataset.name AS dataset,                -- its name, all versions together
    hyperparameter.name AS name,            -- section.key of the experiment file
    hyperparameter.value AS value,          -- as in force, a default or not
    run.kind AS kind,                       -- training, folds or committee
    count(*) AS runs,                       -- finished and evaluated
    avg(accuracy) AS mean,                  -- of the validation accuracies
    sqrt(max(0, sum(accuracy * accuracy) - sum(accuracy) * avg(accuracy)) / nullif(count(*) - 1, 0))
        AS deviation,                       -- standard deviation between runs (n - 1); NULL for one
    min(accuracy) AS least,                 -- validation accuracy
    max(accuracy) AS greatest,              -- validation accuracy
    avg(validation.loss) AS loss            -- mean, on validation
FROM run
JOIN hyperparameter ON hyperparameter.run = run.id
JOIN dataset ON dataset.id = run.dataset
JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
WHERE run.status = 'finished'
  AND run.archived = 0
  AND run.parent IS NULL
  AND validation.accuracy IS NOT NULL
GROUP BY dataset.name, hyperparameter.name, hyperparameter.value, run.kind;
