-- What came of a trial. One that was given back waits again, and was not tried.
UPDATE trial
SET state = :state,
    host = NULL,
    attempts = attempts - (:state = 'waiting' AND attempts < 2),
    run = :run,
    message = :message
WHERE id = :trial;
