-- The files that a run has made for the competition, the newest first. :root leads from the page
-- to the folder in which the pipeline runs.
SELECT
    iif(file LIKE '/%', '', :root) || file AS link,
    file,
    printf('%,d', rows) AS rows,
    replace(substr(created_at, 1, 19), 'T', ' ') AS made,
    public_score,
    private_score,
    iif(local_score IS NULL, NULL, printf('%.4f', local_score)) AS local_score,
    substr(sha256, 1, 16) || '…' AS "SHA-256"
FROM submission
WHERE run = :run
ORDER BY id DESC;
