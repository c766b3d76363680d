-- Two runs side by side, a line a figure.
WITH
pair AS (
    SELECT
        run_summary.*,
        (SELECT avg(f1)
         FROM class_report
         WHERE class_report.run = run_summary.run AND class_report.part = 'validation') AS macro_f1
    FROM run_summary
    WHERE run IN (:a, :b)
),
line (place, name, run, value) AS (
    SELECT 1, 'experiment', run, experiment FROM pair
    UNION ALL
    SELECT 2, 'seed', run, seed FROM pair
    UNION ALL
    SELECT 3, 'status', run, status FROM pair
    UNION ALL
    SELECT 3.5, 'kind', run, kind FROM pair WHERE (SELECT count(DISTINCT kind) FROM pair) > 1
    UNION ALL
    SELECT 3.6, 'images of validation', run, printf('%,d', validation_images)
    FROM pair
    WHERE validation_images IS NOT NULL
    UNION ALL
    SELECT
        4,
        'accuracy on validation',
        run,
        printf('%.3f ± %.3f %%', 100 * validation_accuracy, 100 * standard_error)
    FROM pair
    WHERE validation_accuracy IS NOT NULL
    UNION ALL
    SELECT 5, 'loss on validation', run, printf('%.5f', validation_loss)
    FROM pair
    WHERE validation_loss IS NOT NULL
    UNION ALL
    SELECT 6, 'macro F1', run, printf('%.5f', macro_f1) FROM pair WHERE macro_f1 IS NOT NULL
    UNION ALL
    SELECT 7, 'epochs', run, epochs_done || ' of ' || epochs FROM pair WHERE kind <> 'committee'
    UNION ALL
    SELECT 8, 'best epoch', run, best_epoch FROM pair
    UNION ALL
    SELECT 9, 'seconds', run, printf('%.1f', duration) FROM pair
    UNION ALL
    SELECT 10, 'parameters', run, printf('%,d', parameters) FROM pair
    UNION ALL
    SELECT 20, name, run, value
    FROM hyperparameter
    WHERE run IN (:a, :b)
      AND name <> 'model.layers'
      AND (name LIKE 'committee.%' OR NOT EXISTS (SELECT * FROM pair WHERE kind = 'committee'))
      AND value IS NOT (
          SELECT other.value
          FROM hyperparameter AS other
          WHERE other.name = hyperparameter.name
            AND other.run = iif(hyperparameter.run = :a, :b, :a))
)
SELECT
    name AS figure,
    coalesce(max(iif(run = :a, value, NULL)), '') AS first_run,
    coalesce(max(iif(run = :b, value, NULL)), '') AS second_run
FROM line
GROUP BY
    place,
    name
ORDER BY
    place,
    name;
