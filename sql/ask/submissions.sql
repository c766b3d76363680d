-- The files made for the competition, newest first, with their scores (run=: of that run only).
-- public_gap is the public score minus the validation accuracy; it is called a surprise where it
-- is more than two standard errors of the validation accuracy.
SELECT
    run,
    experiment,
    file,
    rows,
    replace(substr(created_at, 1, 19), 'T', ' ') AS created,
    round(validation, 5) AS validation,
    public_score,
    round(public_gap, 5) AS public_gap,
    iif(surprising, 'yes', iif(surprising = 0, 'no', NULL)) AS surprise,
    private_score,
    round(local_score, 5) AS local_score,
    local_wrong,
    message,
    substr(sha256, 1, 12) AS sha256,
    round(local_log_loss, 5) AS local_log_loss,
    round(local_auc, 5) AS local_auc
FROM submission_ledger
WHERE (:run IS NULL OR run = :run)
ORDER BY submission DESC;
