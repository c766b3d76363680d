-- The labels of a dataset in the order of their classes.
SELECT
    class,
    label
FROM class
WHERE dataset = :dataset
ORDER BY class;
