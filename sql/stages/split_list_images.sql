-- The training images of a dataset with their classes, in the order of their rows.
SELECT
    id,
    class
FROM image
WHERE dataset = :dataset
  AND part = 'train'
ORDER BY row;
