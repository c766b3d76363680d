-- The epochs of a run for its report; * marks the one whose weights count, `averaged` is the
-- validation accuracy of the averaged weights.
SELECT
    epoch || iif(best, ' *', '') AS epoch,
    printf('%.2g', learning_rate) AS rate,
    iif(train_loss IS NULL, NULL, printf('%.4f', train_loss)) AS loss,
    printf('%.2f %%', 100 * train_accuracy) AS accuracy,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS "val. loss",
    iif(validation_accuracy IS NULL, NULL, printf('%.2f %%', 100 * validation_accuracy))
        AS "val. accuracy",
    iif(average_accuracy IS NULL, NULL, printf('%.2f %%', 100 * average_accuracy)) AS averaged
FROM history
WHERE run = :run
ORDER BY history.epoch;
