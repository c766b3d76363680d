CREATE VIEW hard_image AS
-- How many runs get an image wrong, of those that have a say in it; one row an image that at least
-- one run gets wrong. Archived runs do not count. Reads the mistakes of all runs.
WITH wrong AS (
    SELECT
        image,
        part,
        actual,
        count(*) AS wrong_runs,
        group_concat(run) AS runs,
        avg(confidence) AS confidence
    FROM mistake
    WHERE run IN (SELECT id FROM run WHERE archived = 0)
    GROUP BY image
)
SELECT
    image.dataset AS dataset,               -- its id in the database
    wrong.part AS part,                     -- validation or test
    wrong.image AS image,                   -- its id in the database
    image.row AS row,                       -- of the source file, 1 is the first below the header
    class.label AS actual_label,            -- as in the source file
    wrong.wrong_runs AS wrong_runs,         -- runs that get it wrong
    (SELECT count(*)
     FROM run
     JOIN prediction ON prediction.run = run.id AND prediction.image = wrong.image
     WHERE run.dataset = image.dataset AND run.archived = 0
    ) AS judging_runs,                      -- runs that have a prediction of it
    wrong.confidence AS confidence,         -- mean, of the wrong predictions
    wrong.runs AS runs                      -- those that get it wrong, numbers with commas between
FROM wrong
JOIN image ON image.id = wrong.image
JOIN class ON class.dataset = image.dataset AND class.class = wrong.actual;
