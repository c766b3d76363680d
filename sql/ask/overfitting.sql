-- The gap between training and validation by epoch, * where validation was best (run=: the newest).
-- above_least is how far the validation loss stands above its least so far: it grows while a net
-- learns its training images by heart.
SELECT
    run,
    epoch,
    iif(best, '*', '') AS best,
    round(train_loss, 5) AS train_loss,
    round(validation_loss, 5) AS validation_loss,
    round(validation_loss - train_loss, 5) AS loss_gap,
    round(train_accuracy, 5) AS train_accuracy,
    round(validation_accuracy, 5) AS validation_accuracy,
    round(train_accuracy - validation_accuracy, 5) AS accuracy_gap,
    round(validation_loss - min(validation_loss) OVER (
        ORDER BY epoch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ), 5) AS above_least
FROM history
WHERE run = coalesce(:run, (SELECT max(run) FROM epoch))
ORDER BY epoch;
