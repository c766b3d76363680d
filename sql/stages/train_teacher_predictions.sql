-- What a run predicts of the images of a part, a row an image and class, in the order of both.
SELECT
    prediction.image,
    probability.value
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
JOIN json_each(prediction.probabilities) AS probability
WHERE prediction.run = :run
  AND image.part = :part
ORDER BY
    prediction.image,
    probability.key;
