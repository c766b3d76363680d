CREATE VIEW leaderboard AS
-- The finished runs, best first: highest validation accuracy, then lowest validation loss; runs
-- that were not evaluated come last, archived ones and the folds of a folds run not at all.
-- Accuracies on different images can't be compared to the last digit: images says how many they
-- are.
SELECT
    run.id AS run,                          -- its number
    run.kind AS kind,                       -- training, folds or committee
    run.experiment AS experiment,           -- the experiment file's name
    dataset.name AS dataset,                -- its name
    run.seed AS seed,                       -- of the training
    validation.accuracy AS accuracy,        -- on validation, 0 to 1; NULL where there is none
    validation.standard_error AS standard_error,    -- of that accuracy
    validation.images AS images,            -- of validation, that judged it
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
    effort.epochs AS epochs,                -- done, by all its folds or members
    effort.seconds AS seconds,              -- of all these epochs
    effort.images_per_second AS images_per_second,      -- of the training steps, mean over them
    run.parameters AS parameters,           -- of the net; of a committee, of all its nets
    submission.file AS submission,          -- the newest one of the run
    submission.public_score AS public_score,        -- of that submission, from the competition
    submission.private_score AS private_score,      -- of that submission, from the competition
    submission.local_score AS local_score,          -- of that submission, against answers at hand
    submission.public_score - validation.accuracy
        AS public_gap,                      -- below 0: validation promised too much
    submission.local_log_loss AS local_log_loss,    -- of that submission; NULL: it has labels
    submission.local_auc AS local_auc       -- of that submission; NULL: it has not one probability a row
FROM run
JOIN dataset ON dataset.id = run.dataset
LEFT JOIN evaluation_summary AS validation
    ON validation.run = run.id AND validation.part = 'validation'
JOIN run_effort AS effort ON effort.run = run.id
LEFT JOIN submission
    ON submission.id = (SELECT max(id) FROM submission AS newest WHERE newest.run = run.id)
WHERE run.status = 'finished' AND run.archived = 0 AND run.parent IS NULL
ORDER BY validation.accuracy DESC NULLS LAST, validation.loss, run.id;
