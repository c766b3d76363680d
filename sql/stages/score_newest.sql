-- The newest submission: of a run, or without one of any run on a dataset.
SELECT
    submission.file,
    submission.sha256,
    submission.run
FROM submission
JOIN run ON run.id = submission.run
JOIN dataset ON dataset.id = run.dataset
WHERE iif(:run IS NULL, dataset.name = :dataset, run.id = :run)
ORDER BY submission.id DESC
LIMIT 1;
