-- Puts an image into a part or a fold of a split.
INSERT INTO split_image (split, image, part, fold)
VALUES (:split, :image, :part, :fold);
