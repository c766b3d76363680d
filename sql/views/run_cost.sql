CREATE VIEW run_cost AS
-- What a run cost and what it gave, its folds or members together; one row a finished, evaluated
-- run that is no fold of another. Archived runs do not count.
SELECT
    run.id AS run,                          -- its number
    run.experiment AS experiment,           -- the experiment file's name
    dataset.name AS dataset,                -- its name
    run.seed AS seed,                       -- of the training
    validation.accuracy AS accuracy,        -- on validation, 0 to 1
    effort.epochs AS epochs,                -- done
    effort.seconds AS seconds,              -- of all epochs, validation included
    effort.images AS images,                -- trained on, each as often as it was seen
    run.parameters AS parameters            -- of the net; of a committee, of all its nets
FROM run
JOIN dataset ON dataset.id = run.dataset
JOIN run_effort AS effort ON effort.run = run.id
JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
WHERE run.status = 'finished'
  AND run.archived = 0
  AND run.parent IS NULL
  AND validation.accuracy IS NOT NULL;
