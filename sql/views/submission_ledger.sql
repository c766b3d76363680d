CREATE VIEW submission_ledger AS
-- The files made for the competition with all that is known of their worth; one row a submission.
-- The newest first with ORDER BY submission DESC.
SELECT
    submission.id AS submission,            -- its id in the database
    submission.run AS run,                  -- that made it
    run.experiment AS experiment,           -- the experiment file's name
    submission.file AS file,                -- as given when it was made
    submission.sha256 AS sha256,            -- of the file
    submission.rows AS rows,                -- without the header
    submission.created_at AS created_at,    -- UTC
    submission.message AS message,          -- as sent with it
    validation.accuracy AS validation,      -- validation accuracy of the run, 0 to 1
    validation.standard_error AS standard_error,    -- of that accuracy
    submission.public_score AS public_score,        -- from the competition; NULL until it is known
    submission.private_score AS private_score,      -- from the competition; NULL until it is known
    submission.local_score AS local_score,  -- accuracy against answers at hand
    submission.local_wrong AS local_wrong,  -- wrong rows against answers at hand
    submission.public_score - validation.accuracy
        AS public_gap,                      -- below 0: validation promised too much
    abs(submission.public_score - validation.accuracy) > 2 * validation.standard_error
        AS surprising,                      -- 1: the gap is more than two standard errors
    submission.local_log_loss AS local_log_loss,    -- against answers at hand; NULL: it has labels
    submission.local_auc AS local_auc       -- likewise; NULL: it has not one probability a row
FROM submission
JOIN run ON run.id = submission.run
LEFT JOIN evaluation_summary AS validation
    ON validation.run = submission.run AND validation.part = 'validation';
