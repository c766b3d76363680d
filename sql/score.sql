-- line: a score in one line of text.
SELECT printf(
    '%s: %.2f %% ± %.2f (%,d wrong of %,d)',
    :file,
    100.0 * (:rows - :wrong) / :rows,
    100.0 * sqrt(1.0 * :wrong / :rows * (1 - 1.0 * :wrong / :rows) / :rows),
    :wrong,
    :rows) AS line;

-- newest: the newest submission: of a run, or without one of any run on a dataset.
SELECT
    submission.file,
    submission.sha256,
    submission.run,
    run.dataset
FROM submission
JOIN run ON run.id = submission.run
JOIN dataset ON dataset.id = run.dataset
WHERE iif(:run IS NULL, dataset.name = :dataset, run.id = :run)
ORDER BY submission.id DESC
LIMIT 1;

-- store: records how a submission did against answers at hand, wherever these very bytes were
-- submitted.
UPDATE submission
SET
    local_score = :score,
    local_wrong = :wrong,
    scored_at = :scored_at
WHERE sha256 = :sha256;
