-- The submission of a run: id and predicted label of each test image in the order of the file; no
-- label where there is no prediction.
SELECT
    ifnull(image.external_id, image.row),
    class.label
FROM image
LEFT JOIN prediction
    ON prediction.run = :run
   AND prediction.image = image.id
LEFT JOIN class
    ON class.dataset = image.dataset
   AND class.class = prediction.class
WHERE image.dataset = :dataset
  AND image.part = 'test'
ORDER BY image.row;
