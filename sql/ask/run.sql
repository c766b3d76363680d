-- All that is known of one run: how it went, and what it was given (run=: the newest).
WITH
chosen (run) AS (
    SELECT coalesce(:run, (SELECT max(id) FROM run))
),
answer (place, line, what, value) AS (
    SELECT
        0,
        fact.id,
        fact.key,
        fact.value
    FROM chosen
    CROSS JOIN run_summary USING (run)
    CROSS JOIN json_each(json_object(
        'run', run,
        'status', status,
        'message', message,
        'started', started_at,
        'ended', ended_at,
        'seconds', round(duration, 1),
        'epochs', iif(
            kind = 'committee',
            NULL,
            epochs_done || ' of ' || epochs || iif(stopped_early, ', stopped early', '')),
        'best epoch', best_epoch,
        'images per second', round(images_per_second),
        'part of run', run_summary.parent,
        'validation images', validation_images,
        'validation accuracy', round(validation_accuracy, 6),
        'standard error', round(standard_error, 6),
        'validation loss', round(validation_loss, 6),
        'submission', (
            SELECT file
            FROM submission
            WHERE submission.run = run_summary.run
            ORDER BY id DESC
            LIMIT 1),
        'note', note
    )) AS fact
    UNION ALL
    SELECT place, 0, what, value
    FROM chosen
    CROSS JOIN run_fact USING (run)
    WHERE place <> 3
    UNION ALL
    SELECT 3, layer, 'layer ' || layer, text
    FROM chosen
    CROSS JOIN layer USING (run)
)
SELECT
    what,
    value
FROM answer
WHERE value IS NOT NULL
ORDER BY
    place,
    line,
    what;
