-- How a sweep stands, as a line of text.
SELECT printf(
    'sweep %d: %d of %d trials done%s%s',
    :sweep,
    count(*) FILTER (WHERE state = 'done'),
    count(*),
    iif(count(*) FILTER (WHERE state = 'failed'),
        printf(', %d failed', count(*) FILTER (WHERE state = 'failed')), ''),
    ifnull((
        SELECT printf('; best: %s (run %d, validation loss %.4f, accuracy %.2f %%)', settings, run,
                      validation_loss, 100 * validation_accuracy)
        FROM trial_result
        WHERE sweep = :sweep
          AND badness IS NOT NULL
        ORDER BY
            rung DESC,
            badness
        LIMIT 1
    ), ''))
FROM trial
WHERE sweep = :sweep;
