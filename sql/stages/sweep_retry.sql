-- Failed trials wait for a worker again.
UPDATE trial
SET state = 'waiting',
    host = NULL,
    attempts = 0,
    message = NULL
WHERE sweep = :sweep
  AND state = 'failed';
