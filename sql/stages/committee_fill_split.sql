-- All training images of a dataset into the training part of a split.
INSERT INTO split_image (split, image, part)
SELECT
    :split,
    id,
    'train'
FROM image
WHERE dataset = :dataset
  AND part = 'train';
