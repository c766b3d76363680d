-- Runs that this host started and that say they are running.
SELECT id
FROM run
WHERE status = 'running'
  AND host = :host;
