-- The trainings of a folds run; their accuracies are those of the epochs whose weights count.
SELECT
    '../run-' || run.id || '/report.html' AS link,
    'run ' || run.id AS training,
    run.fold,
    run.status,
    run.best_epoch AS "best epoch",
    printf('%.1f', (SELECT sum(seconds) FROM epoch WHERE epoch.run = run.id)) AS seconds,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS "val. loss",
    iif(validation_accuracy IS NULL, NULL, printf('%.2f %%', 100 * validation_accuracy))
        AS "val. accuracy"
FROM run
LEFT JOIN epoch ON epoch.run = run.id AND epoch.epoch = run.best_epoch
WHERE run.parent = :run
ORDER BY
    run.fold,
    run.id;
