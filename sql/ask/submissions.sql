-- The files made for the competition, newest first, with their scores (run=: of all runs).
SELECT
    submission.run AS run,
    run.experiment AS experiment,
    file,
    rows,
    replace(substr(created_at, 1, 19), 'T', ' ') AS created,
    round(validation.accuracy, 5) AS validation,
    public_score,
    private_score,
    round(local_score, 5) AS local_score,
    local_wrong,
    submission.message AS message,
    substr(sha256, 1, 12) AS sha256
FROM submission
JOIN run ON run.id = submission.run
LEFT JOIN evaluation_summary AS validation
    ON validation.run = submission.run
   AND validation.part = 'validation'
WHERE submission.run = coalesce(:run, submission.run)
ORDER BY submission.id DESC;
