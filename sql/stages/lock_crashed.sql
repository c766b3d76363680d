-- A run whose process is gone; it ended no later than the last thing that it wrote.
UPDATE run
SET status = 'crashed',
    ended_at = coalesce((SELECT max(ended_at) FROM epoch WHERE run = run.id), started_at)
WHERE id = :id
  AND status = 'running'
  AND host = :host;
