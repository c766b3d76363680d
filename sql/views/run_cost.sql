CREATE VIEW run_cost AS
-- What a training cost and what it gave; one row a finished, evaluated training. Archived runs do
-- not count.
SELECT
    run.id AS run,                          -- its number
    run.experiment AS experiment,           -- the experiment file's name
    dataset.name AS dataset,                -- its name
    run.seed AS seed,                       -- of the training
    validation.accuracy AS accuracy,        -- on validation, 0 to 1
    (SELECT count(*) FROM epoch WHERE epoch.run = run.id)
        AS epochs,                          -- done
    (SELECT sum(seconds) FROM epoch WHERE epoch.run = run.id)
        AS seconds,                         -- of all epochs, validation included
    (SELECT count(*) FROM epoch WHERE epoch.run = run.id)
        * (source_file.rows - validation.images)
        AS images,                          -- trained on, each as often as it was seen
    run.parameters AS parameters            -- of the net
FROM run
JOIN dataset ON dataset.id = run.dataset
JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
LEFT JOIN source_file ON source_file.dataset = run.dataset AND source_file.part = 'train'
WHERE run.status = 'finished'
  AND run.archived = 0
  AND run.kind = 'training'
  AND validation.accuracy IS NOT NULL;
