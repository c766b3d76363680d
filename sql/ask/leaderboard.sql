-- The finished runs, best first, each with its gain over the next best (limit=20, baseline=).
-- baseline=3: gains over run 3 instead. Runs judged on different images (images: on how many) can't
-- be compared by their accuracies: a gain is that on the images that judge both runs, and its
-- standard error that of a difference on the same images; only where no image judges both are they
-- those of independent accuracies. clear says whether the gain is larger than its error. public_gap
-- is the public score minus the validation accuracy.
--
-- Any other choice is SQL over the views, with AND, OR and whatever else it has:
--
--     SELECT run, accuracy FROM leaderboard WHERE experiment LIKE 'base%' OR accuracy > 0.995;
--
--     SELECT run, accuracy
--     FROM leaderboard
--     JOIN hyperparameter USING (run)
--     WHERE name = 'train.batch' AND (value = 32 OR value = 64);
WITH
placed AS (
    SELECT
        *,
        row_number() OVER best_first AS place,
        coalesce(:baseline, lead(run) OVER best_first_of_dataset) AS other
    FROM leaderboard
    WINDOW
        best_first AS (ORDER BY accuracy DESC NULLS LAST, loss, run),
        best_first_of_dataset AS (
            PARTITION BY dataset
            ORDER BY accuracy DESC NULLS LAST, loss, run)
    ORDER BY place
    LIMIT coalesce(:limit, 20)
),
gained AS (
    SELECT
        placed.*,
        coalesce(
            (SELECT comparison.gain
             FROM comparison
             WHERE a = placed.other AND b = placed.run AND part = 'validation'),
            placed.accuracy - next.accuracy) AS gain,
        coalesce(
            (SELECT comparison.standard_error
             FROM comparison
             WHERE a = placed.other AND b = placed.run AND part = 'validation'),
            sqrt(placed.standard_error * placed.standard_error
                 + next.standard_error * next.standard_error)) AS gain_error
    FROM placed
    LEFT JOIN run ON run.id = placed.other
    LEFT JOIN dataset ON dataset.id = run.dataset AND dataset.name = placed.dataset
    LEFT JOIN evaluation_summary AS next
        ON next.run = run.id AND next.part = 'validation' AND dataset.id IS NOT NULL
       AND next.run <> placed.run
)
SELECT
    place,
    run,
    kind,
    experiment,
    dataset,
    seed,
    images,
    round(accuracy, 5) AS accuracy,
    round(standard_error, 5) AS standard_error,
    round(gain, 5) AS gain,
    round(gain_error, 5) AS gain_error,
    CASE WHEN gain > gain_error THEN 'yes' WHEN gain IS NOT NULL THEN 'no' END AS clear,
    public_score,
    round(public_gap, 5) AS public_gap,
    private_score,
    round(local_score, 5) AS local_score,
    round(loss, 5) AS loss,
    round(macro_f1, 5) AS macro_f1,
    best_epoch AS best,
    round(seconds, 1) AS seconds,
    round(images_per_second) AS images_per_second,
    parameters,
    submission,
    round(local_log_loss, 5) AS local_log_loss,
    round(local_auc, 5) AS local_auc
FROM gained
ORDER BY place;
