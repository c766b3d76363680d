CREATE VIEW run_summary AS
-- What is to be known of a run at a glance; one row a run, archived ones too. To be read with
-- ORDER BY run.
SELECT
    run.id AS run,                          -- its number
    run.kind AS kind,                       -- training, folds or committee
    run.experiment AS experiment,           -- the experiment file's name
    dataset.name AS dataset,                -- its name
    dataset.version AS dataset_version,     -- 1, 2, ... of that name
    run.parent AS parent,                   -- the 'folds' run that it is a fold of
    run.fold AS fold,                       -- that validates; NULL for a fraction
    run.seed AS seed,                       -- of the training
    run.status AS status,                   -- running, finished, failed, interrupted, crashed
    run.message AS message,                 -- why it failed; what is to be known of a committee
    run.started_at AS started_at,           -- UTC
    run.ended_at AS ended_at,               -- NULL while it runs
    round((julianday(ifnull(run.ended_at, 'now')) - julianday(run.started_at)) * 86400, 3)
        AS duration,                        -- seconds from start to end, or until now
    (SELECT count(*)
     FROM epoch
     WHERE epoch.run = run.id
        OR epoch.run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = run.id)
    ) AS epochs_done,                       -- so far, by all folds
    run.epochs * iif(run.kind = 'folds', ifnull(split.folds, 1), 1)
        AS epochs,                          -- asked for, of all folds
    run.best_epoch AS best_epoch,           -- of the weights that count
    run.stopped_early AS stopped_early,     -- 1: before all epochs; NULL until it ends
    run.parameters AS parameters,           -- of the net; of a committee, of all its nets
    (SELECT avg(images_per_second)
     FROM epoch
     WHERE epoch.run = run.id
        OR epoch.run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = run.id)
    ) AS images_per_second,                 -- of the training steps, mean over the epochs
    validation.images AS validation_images, -- that judged it; NULL until then
    validation.accuracy AS validation_accuracy,     -- as evaluated; NULL until then
    validation.standard_error AS standard_error,    -- of that accuracy
    validation.loss AS validation_loss,     -- as evaluated; NULL until then
    run.archived AS archived,               -- 1: left out of lists
    run.note AS note                        -- free text by people
FROM run
JOIN dataset ON dataset.id = run.dataset
JOIN split ON split.id = run.split
LEFT JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation';
