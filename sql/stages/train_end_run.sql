-- A training ends, one way or another.
UPDATE run
SET status = :status,
    message = :message,
    ended_at = :ended_at,
    best_epoch = :best_epoch,
    stopped_early = :stopped_early
WHERE id = :run;
