-- The classes of a run's dataset, with labels short enough for an axis (run=: the newest).
SELECT
    class,
    iif(length(label) > 24, substr(label, 1, 11) || '…' || substr(label, -12), label) AS label
FROM class
WHERE dataset = (
    SELECT dataset
    FROM run
    WHERE id = coalesce(:run, (SELECT max(id) FROM run)))
ORDER BY class;
