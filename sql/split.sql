-- insert_image: puts an image into a part or a fold of a split.
INSERT INTO split_image (split, image, part, fold)
VALUES (:split, :image, :part, :fold);

-- list_images: the training images of a dataset with their classes, in the order of their rows.
SELECT
    id,
    class
FROM image
WHERE dataset = :dataset
  AND part = 'train'
ORDER BY row;
