-- An image by its number in the database, or by its part and row in a dataset's newest version.
SELECT
    image.id,
    image.dataset,
    dataset.name,
    image.part,
    image.row,
    class.label,
    image.pixels
FROM image
JOIN dataset ON dataset.id = image.dataset
LEFT JOIN class ON class.dataset = image.dataset AND class.class = image.class
WHERE iif(
    :part IS NULL,
    image.id = :image,
    image.part = :part
    AND image.row = :image
    AND image.dataset = (
        SELECT id
        FROM dataset
        WHERE name = :dataset
        ORDER BY version DESC
        LIMIT 1));
