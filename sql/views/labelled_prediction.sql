CREATE VIEW labelled_prediction AS
-- What a run says of each image whose class is known, right and wrong; one row a run and image.
-- Reads the predictions of the runs asked for: ask with a condition on run, and on part where
-- there is one.
SELECT
    prediction.run AS run,                  -- its number
    iif(image.part = 'test', 'test', 'validation') AS part,     -- validation or test
    prediction.image AS image,              -- its id in the database
    image.row AS row,                       -- of the source file, 1 is the first below the header
    image.class AS actual,                  -- class that it is
    prediction.class AS predicted,          -- class that the run takes it for
    real.label AS actual_label,             -- as in the source file
    taken.label AS predicted_label,         -- as in the source file
    prediction.confidence AS confidence,    -- probability of the predicted class, 0 to 1
    prediction.class = image.class AS correct,      -- 1: right, 0: wrong
    prediction.probabilities AS probabilities       -- JSON array, one number a class
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
JOIN class AS real ON real.dataset = image.dataset AND real.class = image.class
JOIN class AS taken ON taken.dataset = image.dataset AND taken.class = prediction.class;
