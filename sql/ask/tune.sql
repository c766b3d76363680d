-- A sweep's configurations by their wrong validation images (sweep=: the newest), and what is luck.
-- The best is first. wrong is summed over the folds (and seeds) on which a configuration was
-- trained: over all of them each image is judged once, by a net that was not trained on it.
-- wrong_error is the standard error that the choice of images leaves in it. over_best and over_base
-- are the images that a configuration gets wrong beyond the best one and beyond the experiment as
-- it is, on the folds that both have judged. Their errors are those of a difference on the same
-- images where predictions are kept, else those of two independent counts, which are larger.
-- clear_of_best and clear_of_base say whether a difference is more than twice its error; the best
-- of many is a little too good by luck.
WITH
size AS (
    SELECT
        split,
        fold,
        count(*) AS images
    FROM split_image
    WHERE part IS NOT 'train'
      AND split IN (
          SELECT run.split
          FROM trial
          JOIN run ON run.id = trial.run
          WHERE trial.sweep = coalesce(:sweep, (SELECT max(id) FROM sweep)))
    GROUP BY
        split,
        fold
),
-- One row a training; where a higher rung has the same one, it is that.
judged AS (
    SELECT
        configuration,
        settings,
        max(trial_result.rung) AS rung,
        trial_result.epochs,
        trial_result.seed,
        trial_result.fold,
        trial_result.run,
        validation_loss,
        size.images,
        evaluation.run AS evaluated,
        1.0 * ifnull(evaluation.images - evaluation.correct,
                     round((1 - validation_accuracy) * size.images)) AS wrong,
        trial_result.seconds
    FROM trial_result
    JOIN run ON run.id = trial_result.run
    JOIN size ON size.split = run.split
        AND (size.fold IS trial_result.fold OR trial_result.fold IS NULL)
    LEFT JOIN evaluation ON evaluation.run = run.id AND evaluation.part = 'validation'
    WHERE trial_result.sweep = coalesce(:sweep, (SELECT max(id) FROM sweep))
      AND state = 'done'
      AND validation_accuracy IS NOT NULL
    GROUP BY
        configuration,
        trial_result.epochs,
        trial_result.seed,
        trial_result.fold
),
-- A configuration counts by its highest rung.
standing AS (
    SELECT
        *,
        max(rung) OVER (PARTITION BY configuration) AS highest
    FROM judged
),
placed AS (
    SELECT
        row_number() OVER (
            ORDER BY rung DESC, sum(wrong) / sum(images), avg(validation_loss), configuration
        ) AS place,
        configuration,
        settings,
        rung,
        count(*) AS trainings,
        sum(images) AS images,
        sum(wrong) AS wrong,
        sum(wrong * (1 - wrong / images)) AS variance,
        avg(validation_loss) AS loss,
        avg(seconds) AS seconds
    FROM standing
    WHERE rung = highest
    GROUP BY configuration
),
reference AS (
    SELECT
        'best' AS kind,
        configuration
    FROM placed
    WHERE place = 1
    UNION ALL
    SELECT 'base', configuration
    FROM placed
    WHERE settings = 'as it is'
),
-- Two trainings that differ by their configuration only; apart: images about which just one is
-- right, NULL where the predictions of one are not kept.
pair AS (
    SELECT
        reference.kind,
        mine.configuration,
        mine.images,
        mine.wrong,
        other.wrong AS other_wrong,
        iif(mine.evaluated IS NULL OR other.evaluated IS NULL, NULL,
            mine.wrong + other.wrong - 2 * (
                SELECT count(*)
                FROM mistake
                JOIN mistake AS too ON too.run = other.run AND too.image = mistake.image
                WHERE mistake.run = mine.run
                  AND mistake.part = 'validation')) AS apart
    FROM reference
    JOIN judged AS other ON other.configuration = reference.configuration
    JOIN standing AS mine ON mine.epochs IS other.epochs
        AND mine.seed = other.seed
        AND mine.fold IS other.fold
        AND mine.rung = mine.highest
        AND mine.configuration <> other.configuration
),
difference AS (
    SELECT
        kind,
        configuration,
        sum(wrong - other_wrong) AS more,
        sqrt(sum(ifnull(
            apart - (wrong - other_wrong) * (wrong - other_wrong) / images,
            wrong * (1 - wrong / images) + other_wrong * (1 - other_wrong / images)
        ))) AS error
    FROM pair
    GROUP BY
        kind,
        configuration
)
SELECT
    placed.place,
    placed.settings,
    placed.rung,
    placed.trainings,
    placed.images,
    CAST(placed.wrong AS INTEGER) AS wrong,
    round(sqrt(placed.variance), 1) AS wrong_error,
    round(1 - placed.wrong / placed.images, 5) AS accuracy,
    round(placed.loss, 5) AS loss,
    CAST(best.more AS INTEGER) AS over_best,
    round(best.error, 1) AS best_error,
    iif(best.more > 2 * best.error, 'yes', iif(best.more IS NULL, NULL, 'no')) AS clear_of_best,
    CAST(base.more AS INTEGER) AS over_base,
    round(base.error, 1) AS base_error,
    iif(abs(base.more) > 2 * base.error, 'yes', iif(base.more IS NULL, NULL, 'no'))
        AS clear_of_base,
    round(placed.seconds, 1) AS seconds
FROM placed
LEFT JOIN difference AS best ON best.configuration = placed.configuration AND best.kind = 'best'
LEFT JOIN difference AS base ON base.configuration = placed.configuration AND base.kind = 'base'
ORDER BY placed.place;
