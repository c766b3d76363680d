-- A run as recorded.
SELECT
    id,
    dataset,
    split,
    fold,
    experiment,
    status,
    conf
FROM run
WHERE id = :id;
