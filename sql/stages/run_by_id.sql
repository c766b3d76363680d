-- A run as recorded.
SELECT
    id,
    dataset,
    split,
    fold,
    experiment,
    status,
    kind,
    conf
FROM run
WHERE id = :id;
