-- The histories of two runs side by side, accuracies in percent (a=, b=: the two newest).
WITH
chosen (a, b) AS (
    SELECT
        coalesce(:a, (SELECT max(id) FROM run WHERE id < (SELECT max(id) FROM run))),
        coalesce(:b, (SELECT max(id) FROM run))
)
SELECT
    history.epoch,
    max(iif(run = a, train_loss, NULL)) AS a_train_loss,
    max(iif(run = a, validation_loss, NULL)) AS a_validation_loss,
    100 * max(iif(run = a, train_accuracy, NULL)) AS a_train_accuracy,
    100 * max(iif(run = a, validation_accuracy, NULL)) AS a_validation_accuracy,
    max(iif(run = b, train_loss, NULL)) AS b_train_loss,
    max(iif(run = b, validation_loss, NULL)) AS b_validation_loss,
    100 * max(iif(run = b, train_accuracy, NULL)) AS b_train_accuracy,
    100 * max(iif(run = b, validation_accuracy, NULL)) AS b_validation_accuracy
FROM chosen
JOIN history ON history.run IN (a, b)
GROUP BY history.epoch
ORDER BY history.epoch;
