-- image: an image by its number in the database, or by its part and row in a dataset's newest version.
SELECT
    image.id AS id,
    image.dataset AS dataset,
    image.class AS class,
    image.pixels AS pixels
FROM image
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
