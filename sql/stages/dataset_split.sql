-- Where a split puts the training images, in the order of their rows: 1 is validation. With folds,
-- the fold :fold validates and the others train.
SELECT
    s.image,
    CASE WHEN s.fold IS NULL THEN s.part = 'validation' ELSE s.fold = :fold END
FROM split_image AS s
JOIN image AS i ON i.id = s.image
WHERE s.split = :split
ORDER BY i.row;
