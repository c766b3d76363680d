-- What a report says first of a run: names and values, those that are known.
WITH
judged AS (
    SELECT
        evaluation_summary.*,
        (SELECT avg(f1)
         FROM class_report
         WHERE class_report.run = evaluation_summary.run
           AND class_report.part = evaluation_summary.part) AS macro_f1
    FROM evaluation_summary
    WHERE run = :run
      AND correct IS NOT NULL
    ORDER BY part DESC
    LIMIT 1
),
fact (name, value) AS (
    SELECT 'accuracy on ' || part, printf('%.2f ± %.2f %%', 100 * accuracy, 100 * standard_error)
    FROM judged
    UNION ALL
    SELECT 'macro F1', printf('%.4f', macro_f1) FROM judged
    UNION ALL
    SELECT 'loss on ' || part, printf('%.4f', loss) FROM judged WHERE loss IS NOT NULL
    UNION ALL
    SELECT 'wrong of ' || printf('%,d', images), printf('%,d', wrong) FROM judged
    UNION ALL
    SELECT
        'time',
        CASE
            WHEN duration < 60 THEN printf('%.1f s', duration)
            WHEN duration < 3600 THEN printf('%d min %02d s', duration / 60, duration % 60)
            ELSE printf('%d h %02d min', duration / 3600, duration / 60 % 60)
        END
    FROM run_summary
    WHERE run = :run AND ended_at IS NOT NULL AND kind <> 'committee'
    UNION ALL
    SELECT 'members', count(*) FROM member WHERE committee = :run HAVING count(*) > 0
    UNION ALL
    SELECT 'gain over the best, run ' || a, printf('%+.2f points', 100 * min(gain))
    FROM (SELECT run AS a, :run AS b FROM member WHERE committee = :run)
    JOIN comparison USING (a, b)
    WHERE part = 'validation'
    HAVING count(*) > 0
    UNION ALL
    SELECT 'cross-fitted accuracy', printf('%.2f %%', 100 * value)
    FROM hyperparameter
    WHERE run = :run AND name = 'committee.cross_fitted_accuracy'
    UNION ALL
    SELECT 'images a second', printf('%,d', images_per_second)
    FROM run_summary
    WHERE run = :run AND images_per_second IS NOT NULL
    UNION ALL
    SELECT 'parameters', printf('%,d', parameters) FROM run_summary WHERE run = :run
    UNION ALL
    SELECT 'epochs', printf('%d of %d', epochs_done, epochs)
    FROM run_summary
    WHERE run = :run AND kind <> 'committee'
    UNION ALL
    SELECT 'best epoch', best_epoch FROM run_summary WHERE run = :run AND best_epoch IS NOT NULL
    UNION ALL
    SELECT 'status', status FROM run_summary WHERE run = :run
)
SELECT
    name,
    value
FROM fact
WHERE value IS NOT NULL;
