-- A run lives again.
UPDATE run
SET status = 'running',
    ended_at = NULL,
    message = NULL,
    host = :host
WHERE id = :run
  AND status IN ('interrupted', 'crashed');
