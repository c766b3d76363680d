-- Images that only this run gets right, of all that have judged them (run=: the newest evaluated).
-- What a run knows that the others do not is what it brings to a committee (limit=20).
WITH chosen (run) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation))
)
SELECT
    hard_image.image,
    hard_image.part,
    hard_image.row,
    actual_label AS actual,
    round(prediction.confidence, 4) AS confidence,
    wrong_runs AS others_wrong,
    round(hard_image.confidence, 4) AS others_confidence
FROM chosen
CROSS JOIN hard_image ON judging_runs = wrong_runs + 1 AND judging_runs > 1
CROSS JOIN prediction ON prediction.run = chosen.run AND prediction.image = hard_image.image
WHERE NOT EXISTS (
    SELECT *
    FROM mistake
    WHERE mistake.run = chosen.run AND mistake.image = hard_image.image)
ORDER BY
    others_wrong DESC,
    others_confidence DESC,
    hard_image.image
LIMIT coalesce(:limit, 20);
