-- Takes the next trial of a sweep out of the queue.
UPDATE trial
SET state = 'running',
    host = :host,
    attempts = attempts + 1
WHERE id = (
    SELECT id
    FROM trial
    WHERE sweep = :sweep
      AND state = 'waiting'
    ORDER BY
        rung DESC,
        id
    LIMIT 1
)
RETURNING
    id,
    configuration,
    rung,
    epochs,
    seed,
    fold,
    attempts;
