CREATE VIEW confidence_summary AS
-- How sure a run was where it was right and where it was wrong; one row a run, part and outcome,
-- for images with a label. Reads the predictions of the runs asked for: ask with a condition on
-- run.
SELECT
    prediction.run AS run,                  -- its number
    iif(image.part = 'test', 'test', 'validation') AS part,     -- validation or test
    prediction.class = image.class AS correct,      -- 1: right, 0: wrong
    count(*) AS images,                             -- with that outcome
    avg(prediction.confidence) AS mean,             -- of the probability of the predicted class
    min(prediction.confidence) AS least,           -- confidence
    max(prediction.confidence) AS greatest         -- confidence
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
WHERE image.class IS NOT NULL
GROUP BY prediction.run, iif(image.part = 'test', 'test', 'validation'),
         prediction.class = image.class;
