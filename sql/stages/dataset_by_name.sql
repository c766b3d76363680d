-- The newest version of a dataset.
SELECT
    id,
    name,
    version,
    height,
    width,
    channels,
    hash
FROM dataset
WHERE name = :name
ORDER BY version DESC
LIMIT 1;
