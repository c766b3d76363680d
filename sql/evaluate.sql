-- clear_confusion: forgets a run's counts of predictions.
DELETE FROM confusion
WHERE run = :run;

-- clear_evaluation: forgets how a run was judged.
DELETE FROM evaluation
WHERE run = :run;

-- clear_predictions: forgets what a run said of each image.
DELETE FROM prediction
WHERE run = :run;

-- confidence: how sure a run was on a part when right and when wrong, a line of text each; :rows
-- is 'images' or 'rows'.
SELECT printf(
    'mean confidence when %s: %.2f %% (%,d %s)',
    iif(correct, 'right', 'wrong'),
    100 * mean,
    images,
    iif(images = 1, rtrim(:rows, 's'), :rows)) AS line
FROM confidence_summary
WHERE run = :run
  AND part = :part
ORDER BY correct DESC;

-- confusions: the most frequent confusions of a run on a part, a line of text each.
SELECT printf('%s → %s: %,d (%.2f %%)', actual_label, predicted_label, count, 100 * share)
    AS line
FROM top_confusion
WHERE run = :run
  AND part = :part
ORDER BY
    count DESC,
    share DESC,
    actual,
    predicted
LIMIT :limit;

-- folds: the trainings of a folds run, one row for each fold of its split: the number of the newest
-- finished one, NULL where there is none.
WITH RECURSIVE fold (fold, folds) AS (
    SELECT 0, folds
    FROM run
    JOIN split ON split.id = run.split
    WHERE run.id = :run
      AND folds IS NOT NULL
    UNION ALL
    SELECT fold + 1, folds
    FROM fold
    WHERE fold + 1 < folds
)
SELECT
    fold,
    folds,
    (SELECT max(run.id)
     FROM run
     WHERE run.parent = :run
       AND run.fold = fold.fold
       AND run.status = 'finished'
    ) AS run
FROM fold
ORDER BY fold;

-- insert_confusion: records how often a run predicted one class where another, or the same, was
-- right.
INSERT INTO confusion (run, part, actual, predicted, count)
VALUES (:run, :part, :actual, :predicted, :count);

-- insert_evaluation: records how a run does on a part.
INSERT INTO evaluation (run, part, images, loss, correct, seconds, evaluated_at)
VALUES (:run, :part, :images, :loss, :correct, :seconds, :evaluated_at);

-- insert_prediction: records what a run says of an image.
INSERT INTO prediction (run, image, class, confidence, probabilities)
VALUES (:run, :image, :class, :confidence, :probabilities);

-- is_complete: whether all that there is to judge of a run is recorded as it is: the run has finished
-- and was evaluated since, on all images of each part, each with its prediction and, where it has a
-- label, among the counts. Of a committee only its members know on how many images it validates; that
-- is looked at where no test image tells whether it was evaluated.
WITH judged (part, images) AS (
    SELECT
        'validation',
        CASE kind
            WHEN 'committee' THEN ifnull(
                (SELECT images
                 FROM evaluation
                 WHERE evaluation.run = :run
                   AND part = 'validation'),
                (SELECT count(*)
                 FROM (
                     SELECT prediction.image
                     FROM member
                     JOIN prediction ON prediction.run = member.run
                     JOIN image ON image.id = prediction.image AND image.part = 'train'
                     WHERE committee = :run
                       AND NOT EXISTS (
                           SELECT *
                           FROM image AS test
                           WHERE test.dataset = run.dataset
                             AND test.part = 'test')
                     GROUP BY prediction.image
                     HAVING count(*) = (SELECT count(*) FROM member WHERE committee = :run))))
            WHEN 'folds' THEN (
                SELECT count(*)
                FROM split_image
                WHERE split_image.split = run.split)
            ELSE (
                SELECT count(*)
                FROM split_image
                WHERE split_image.split = run.split
                  AND (split_image.part = 'validation' OR split_image.fold = run.fold))
        END
    FROM run
    WHERE id = :run
    UNION ALL
    SELECT
        'test',
        (SELECT count(*)
         FROM image
         WHERE image.dataset = run.dataset
           AND image.part = 'test')
    FROM run
    WHERE id = :run
)
SELECT
    run.status = 'finished'
    AND (SELECT count(*) FROM prediction WHERE prediction.run = :run)
      = (SELECT ifnull(sum(images), 0) FROM judged)
    AND NOT EXISTS (
        SELECT *
        FROM judged
        LEFT JOIN evaluation ON evaluation.run = :run AND evaluation.part = judged.part
        WHERE ifnull(evaluation.images, 0) <> ifnull(judged.images, 0)
           OR evaluation.evaluated_at < run.ended_at
           OR iif(evaluation.correct IS NULL, 0, evaluation.images) <> (
               SELECT ifnull(sum(count), 0)
               FROM confusion
               WHERE confusion.run = :run
                 AND confusion.part = judged.part)
           OR iif(judged.part = 'test' AND evaluation.correct IS NULL, NOT EXISTS (
               SELECT *
               FROM image
               WHERE image.dataset = run.dataset
                 AND image.part = 'test'
                 AND class IS NULL) AND judged.images > 0, 0))
        AS complete
FROM run
WHERE id = :run;

-- message: what the figures of a committee must be read with.
SELECT message AS line
FROM run
WHERE id = :run
  AND kind = 'committee'
  AND message IS NOT NULL
  AND :part = 'validation';

-- report: the classification report of a run on a part, line by line.
SELECT line
FROM report_text
WHERE run = :run
  AND part = :part
ORDER BY line_number;

-- summary: how a run does on a part, in one line of text; :rows is 'images' or 'rows'.
SELECT iif(
    correct IS NULL,
    printf('%s: %,d %s predicted; they have no labels to be judged by', part, images,
        iif(images = 1, rtrim(:rows, 's'), :rows)),
    printf('%s: loss %.4f, accuracy %.2f %% ± %.2f (%,d wrong of %,d)',
        part, loss, 100 * accuracy, 100 * standard_error, wrong, images)) AS line
FROM evaluation_summary
WHERE run = :run
  AND part = :part;
