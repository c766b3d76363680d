-- The dataset of that name that was made of the same files, read the same way, if there is one.
SELECT
    id,
    version,
    version = (SELECT max(version) FROM dataset WHERE name = :name)
FROM dataset
WHERE name = :name
  AND hash = :hash;
