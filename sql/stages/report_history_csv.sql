-- training_history.csv: a line an epoch.
SELECT
    epoch,
    learning_rate,
    train_loss,
    train_accuracy,
    validation_loss,
    validation_accuracy,
    average_loss,
    average_accuracy,
    best,
    seconds,
    images_per_second
FROM history
WHERE run = :run
ORDER BY epoch;
