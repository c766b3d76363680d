-- The folds or the members of a run with how well they do alone, a line of text each.
SELECT line
FROM (
    SELECT
        fold AS place,
        printf('fold %d: run %d, %s', fold, id, status)
            || ifnull((
                SELECT printf(', epoch %d, validation accuracy %.2f %%', epoch,
                              100 * validation_accuracy)
                FROM epoch
                WHERE epoch.run = run.id
                  AND epoch = ifnull(best_epoch, (SELECT max(epoch) FROM epoch WHERE run = run.id))
            ), '') AS line
    FROM run
    WHERE parent = :run
    UNION ALL
    SELECT
        member.run,
        printf('member run %d: %s, seed %d, weight %.4f', member.run, experiment, seed, weight)
            || ifnull((
                SELECT printf(', validation accuracy %.2f %% of %d', 100 * accuracy, images)
                FROM evaluation_summary
                WHERE evaluation_summary.run = member.run
                  AND part = 'validation'
            ), '')
    FROM member
    JOIN run ON run.id = member.run
    WHERE committee = :run
    UNION ALL
    SELECT 1e18, message
    FROM run
    WHERE id = :run
      AND message IS NOT NULL
)
ORDER BY place;
