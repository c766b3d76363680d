-- A trial whose worker is gone waits for the next one.
UPDATE trial
SET state = 'waiting',
    host = NULL
WHERE id = :id
  AND state = 'running'
  AND host = :host;
