-- The images of a part in the order of their rows.
SELECT
    id,
    class,
    pixels
FROM image
WHERE dataset = :dataset
  AND part = :part
ORDER BY row;
