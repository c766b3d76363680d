-- A run of another host, of which a person knows that it is gone.
UPDATE run
SET status = 'crashed',
    ended_at = coalesce((SELECT max(ended_at) FROM epoch WHERE run = run.id), started_at)
WHERE id = :run
  AND status = 'running';
