-- Loss, accuracy (%) and learning rate of each epoch, and what happened at its end (run=: the
-- newest).
WITH
chosen (run) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM epoch))
),
setting (factor, least, on_plateau) AS (
    SELECT
        max(iif(name = 'reduce_lr.factor', CAST(value AS REAL), NULL)),
        max(iif(name = 'reduce_lr.min_lr', CAST(value AS REAL), NULL)),
        max(name = 'reduce_lr.monitor' AND value <> 'none')
    FROM hyperparameter
    JOIN chosen USING (run)
),
step AS (
    SELECT
        history.*,
        lead(learning_rate) OVER (ORDER BY epoch) AS next_rate,
        epoch = max(epoch) OVER () AS last
    FROM history
    JOIN chosen USING (run)
)
SELECT
    epoch,
    train_loss,
    validation_loss,
    100 * train_accuracy AS train_accuracy,
    100 * validation_accuracy AS validation_accuracy,
    average_loss,
    100 * average_accuracy AS average_accuracy,
    learning_rate,
    best,
    coalesce(
        on_plateau
        AND next_rate < learning_rate
        AND (abs(next_rate / learning_rate / factor - 1) < 1e-3
             OR abs(next_rate / nullif(least, 0) - 1) < 1e-3), 0) AS reduced,
    last AND coalesce(run.stopped_early, 0) AS stopped
FROM step
JOIN setting
JOIN run ON run.id = step.run
ORDER BY epoch;
