-- How a training went, epoch by epoch; * marks the epoch whose weights count (run=: the newest).
SELECT
    run,
    epoch,
    iif(best, '*', '') AS best,
    learning_rate,
    round(train_loss, 5) AS train_loss,
    round(train_accuracy, 5) AS train_accuracy,
    round(validation_loss, 5) AS validation_loss,
    round(validation_accuracy, 5) AS validation_accuracy,
    round(average_loss, 5) AS average_loss,
    round(average_accuracy, 5) AS average_accuracy,
    round(seconds, 1) AS seconds,
    round(images_per_second) AS images_per_second
FROM history
WHERE run = coalesce(:run, (SELECT max(run) FROM epoch))
ORDER BY epoch;
