CREATE VIEW leaderboard AS
-- The finished runs, best first: highest validation accuracy, then lowest validation loss; runs
-- that were not evaluated come last, archived ones not at all.
SELECT
    run.id AS run,                          -- its number
    run.experiment AS experiment,           -- the experiment file's name
    dataset.name AS dataset,                -- its name
    run.seed AS seed,                       -- of the training
    validation.accuracy AS accuracy,        -- on validation, 0 to 1; NULL where there is none
    validation.standard_error AS standard_error,    -- of that accuracy
    validation.wrong AS wrong,              -- validation images
    validation.loss AS loss,                -- on validation
    (SELECT avg(2.0 * correct / total)
     FROM (SELECT
               sum(iif(actual = predicted, count, 0)) AS correct,
               sum(iif(actual = predicted, 2 * count, count)) AS total
           FROM confusion
           CROSS JOIN class
               ON class.dataset = run.dataset
              AND class.class IN (confusion.actual, confusion.predicted)
           WHERE confusion.run = run.id
             AND confusion.part = 'validation'
           GROUP BY class.class)
    ) AS macro_f1,                          -- mean of the classes' F1, as in class_report
    run.best_epoch AS best_epoch,           -- of the weights that count
    (SELECT count(*) FROM epoch WHERE epoch.run = run.id)
        AS epochs,                          -- done
    (SELECT sum(seconds) FROM epoch WHERE epoch.run = run.id)
        AS seconds,                         -- of all epochs
    (SELECT avg(images_per_second) FROM epoch WHERE epoch.run = run.id)
        AS images_per_second,               -- of the training steps, mean over the epochs
    run.parameters AS parameters,           -- of the net
    submission.file AS submission,          -- the newest one of the run
    submission.public_score AS public_score,        -- of that submission, from the competition
    submission.private_score AS private_score,      -- of that submission, from the competition
    submission.local_score AS local_score,          -- of that submission, against answers at hand
    submission.public_score - validation.accuracy
        AS public_gap                       -- below 0: validation promised too much
FROM run
JOIN dataset ON dataset.id = run.dataset
LEFT JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
LEFT JOIN submission
    ON submission.id = (SELECT max(id) FROM submission AS newest WHERE newest.run = run.id)
WHERE run.status = 'finished' AND run.archived = 0
ORDER BY validation.accuracy DESC NULLS LAST, validation.loss, run.id;
