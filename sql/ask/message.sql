-- The line that goes to the competition with a submission (file= or run=: the newest).
-- `make scores` finds the submission again by what stands behind sha256.
SELECT
    run,
    file,
    printf('run %d %s seed %d%s sha256 %s', run, experiment, seed,
           ifnull(' validation ' || round(accuracy, 5), ''), substr(sha256, 1, 12)) AS message,
    sha256
FROM submission_ledger
JOIN (SELECT id AS run, seed FROM run) USING (run)
LEFT JOIN (SELECT run, accuracy FROM evaluation_summary WHERE part = 'validation') USING (run)
WHERE (:file IS NULL OR file = :file)
  AND (:run IS NULL OR run = :run)
ORDER BY submission DESC
LIMIT 1;
