-- The finished runs, best first by validation accuracy, then by loss (limit=20).
SELECT
    row_number() OVER (
        ORDER BY accuracy DESC NULLS LAST, loss, run
    ) AS place,
    run,
    experiment,
    dataset,
    seed,
    round(accuracy, 5) AS accuracy,
    round(standard_error, 5) AS standard_error,
    round(loss, 5) AS loss,
    round(macro_f1, 5) AS macro_f1,
    best_epoch AS best,
    round(seconds, 1) AS seconds,
    round(images_per_second) AS images_per_second,
    parameters,
    submission,
    public_score,
    private_score,
    round(local_score, 5) AS local_score
FROM leaderboard
ORDER BY place
LIMIT coalesce(:limit, 20);
