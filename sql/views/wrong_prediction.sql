CREATE VIEW wrong_prediction AS
-- The images that a run is known to get wrong; one row a run and image. The most confident errors
-- first with ORDER BY confidence DESC, image.
SELECT
    mistake.run AS run,                     -- its number
    mistake.part AS part,                   -- validation or test
    mistake.image AS image,                 -- its id in the database
    image.row AS row,                       -- of the source file, 1 is the first below the header
    mistake.actual AS actual,               -- class that it is
    mistake.predicted AS predicted,         -- class that the run takes it for
    real.label AS actual_label,             -- as in the source file
    taken.label AS predicted_label,         -- as in the source file
    mistake.confidence AS confidence,       -- probability of the predicted class, 0 to 1
    (SELECT json_each.value
     FROM prediction
     JOIN json_each(probabilities)
     WHERE prediction.run = mistake.run
       AND prediction.image = mistake.image
       AND json_each.key = mistake.actual
    ) AS actual_confidence                  -- probability of the class that it is, 0 to 1
FROM mistake
JOIN image INDEXED BY image_label ON image.id = mistake.image
JOIN class AS real ON real.dataset = image.dataset AND real.class = mistake.actual
JOIN class AS taken ON taken.dataset = image.dataset AND taken.class = mistake.predicted;
