CREATE VIEW hard_image AS
-- How many runs get an image wrong, of those that have judged it; one row an image that at least
-- one run gets wrong. Archived runs do not count. Reads the mistakes of all runs, but no
-- predictions but those of committees: the trainings that have judged an image are those whose
-- split puts it in validation, folds runs have judged all.
WITH
judge AS MATERIALIZED (
    SELECT
        run.dataset,
        evaluation.part,
        run.kind,
        run.split,
        run.fold,
        iif(run.kind = 'committee', run.id, 0) AS committee,
        count(*) AS runs
    FROM evaluation
    JOIN run ON run.id = evaluation.run
    WHERE evaluation.correct IS NOT NULL
      AND run.archived = 0
      AND EXISTS (SELECT * FROM prediction WHERE prediction.run = run.id)
    GROUP BY run.dataset, evaluation.part, run.kind, run.split, run.fold,
             iif(run.kind = 'committee', run.id, 0)
),
wrong AS (
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
    (SELECT sum(judge.runs)
     FROM judge
     LEFT JOIN split_image
         ON split_image.split = judge.split AND split_image.image = wrong.image
     WHERE judge.dataset = image.dataset
       AND judge.part = wrong.part
       AND (wrong.part = 'test'
            OR CASE judge.kind
                WHEN 'training' THEN
                    split_image.part = 'validation' OR split_image.fold = judge.fold
                WHEN 'folds' THEN split_image.fold IS NOT NULL
                ELSE EXISTS (
                    SELECT *
                    FROM prediction
                    WHERE prediction.run = judge.committee AND prediction.image = wrong.image)
            END)
    ) AS judging_runs,                      -- runs that have judged it
    wrong.confidence AS confidence,         -- mean, of the wrong predictions
    wrong.runs AS runs                      -- those that get it wrong, numbers with commas between
FROM wrong
JOIN image INDEXED BY image_label ON image.id = wrong.image
JOIN class ON class.dataset = image.dataset AND class.class = wrong.actual;
