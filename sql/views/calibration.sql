CREATE VIEW calibration AS
-- Whether a run is as often right as it says: its labelled predictions in ten steps of confidence;
-- one row a run, part and step that occurs. The expected calibration error of a run and part is
-- sum(images * abs(accuracy - confidence)) / sum(images). Reads the predictions of the runs asked
-- for: ask with a condition on run.
SELECT
    prediction.run AS run,                  -- its number
    iif(image.part = 'test', 'test', 'validation') AS part,     -- validation or test
    min(CAST(10 * prediction.confidence AS INTEGER), 9) AS step,    -- 0: below 0.1, ... 9: from 0.9
    count(*) AS images,                     -- whose confidence is in the step
    sum(prediction.class = image.class) AS correct,     -- of them, predicted rightly
    avg(prediction.confidence) AS confidence,           -- mean, 0 to 1
    avg(prediction.class = image.class) AS accuracy     -- share predicted rightly, 0 to 1
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
WHERE image.class IS NOT NULL
GROUP BY prediction.run, iif(image.part = 'test', 'test', 'validation'),
         min(CAST(10 * prediction.confidence AS INTEGER), 9);
