-- How a sweep stands, as a line of text; the best configuration is that of the best mean.
SELECT printf(
    'sweep %d: %d of %d trials done%s%s',
    :sweep,
    count(*) FILTER (WHERE state = 'done'),
    count(*),
    iif(count(*) FILTER (WHERE state = 'failed'),
        printf(', %d failed', count(*) FILTER (WHERE state = 'failed')), ''),
    ifnull((
        SELECT printf('; best: %s (%s, validation loss %.4f, accuracy %.2f %%)', settings,
                      iif(count(*) = 1, 'run ' || run, 'mean of ' || count(*) || ' runs'),
                      avg(validation_loss), 100 * avg(validation_accuracy))
        FROM trial_result
        WHERE sweep = :sweep
          AND badness IS NOT NULL
        GROUP BY
            configuration,
            rung
        ORDER BY
            rung DESC,
            avg(badness),
            avg(validation_loss)
        LIMIT 1
    ), ''))
FROM trial
WHERE sweep = :sweep;
