-- The submission that is recorded under a file's name.
SELECT
    run,
    sha256
FROM submission
WHERE file = :file;
