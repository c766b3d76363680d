-- What a run says of the images of a part, in the order of their rows.
SELECT
    prediction.image,
    prediction.probabilities
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
WHERE prediction.run = :run
  AND image.part = :part
ORDER BY image.row;
