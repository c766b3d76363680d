-- How many trials of a sweep are being trained.
SELECT count(*)
FROM trial
WHERE sweep = :sweep
  AND state = 'running';
