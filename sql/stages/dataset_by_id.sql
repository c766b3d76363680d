-- One version of a dataset.
SELECT
    id,
    name,
    version,
    height,
    width,
    channels,
    hash
FROM dataset
WHERE id = :id;
