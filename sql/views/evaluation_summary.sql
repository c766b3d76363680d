CREATE VIEW evaluation_summary AS
-- How well a run does on each part on which it was judged; one row a run and part.
SELECT
    run,                                    -- its number
    part,                                   -- validation or test
    images,                                 -- judged
    correct,                                -- NULL without labels, like all that follows
    images - correct AS wrong,              -- predicted wrongly
    1.0 * correct / images AS accuracy,     -- 0 to 1
    sqrt(1.0 * correct / images * (1 - 1.0 * correct / images) / images)
        AS standard_error,                  -- of the accuracy: sqrt(a (1 - a) / images)
    loss,                                   -- mean cross-entropy, natural logarithm
    seconds,                                -- that the predictions took
    evaluated_at                            -- UTC
FROM evaluation;
