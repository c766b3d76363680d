-- clear_confusion: forgets a run's counts of predictions.
DELETE FROM confusion
WHERE run = :run;

-- clear_evaluation: forgets how a run was judged.
DELETE FROM evaluation
WHERE run = :run;

-- clear_predictions: forgets what a run said of each image.
DELETE FROM prediction
WHERE run = :run;

-- confidence: how sure a run was on a part when right and when wrong, a line of text each.
SELECT printf(
    'mean confidence when %s: %.2f %% (%,d image%s)',
    iif(correct, 'right', 'wrong'),
    100 * mean,
    images,
    iif(images = 1, '', 's'))
FROM confidence_summary
WHERE run = :run
  AND part = :part
ORDER BY correct DESC;

-- confusions: the most frequent confusions of a run on a part, a line of text each.
SELECT printf('%s → %s: %,d (%.2f %%)', actual_label, predicted_label, count, 100 * share)
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
    )
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

-- message: what the figures of a committee must be read with.
SELECT message
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

-- summary: how a run does on a part, in one line of text.
SELECT iif(
    correct IS NULL,
    printf('%s: %,d images predicted; they have no labels to be judged by', part, images),
    printf('%s: loss %.4f, accuracy %.2f %% ± %.2f (%,d wrong of %,d)',
        part, loss, 100 * accuracy, 100 * standard_error, wrong, images))
FROM evaluation_summary
WHERE run = :run
  AND part = :part;
