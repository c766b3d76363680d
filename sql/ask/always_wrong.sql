-- Images that every run gets wrong that has judged them; perhaps their labels are (limit=20).
SELECT
    hard_image.image,
    hard_image.part,
    hard_image.row,
    actual_label AS actual,
    (SELECT group_concat(label || ' ' || times, ', ')
     FROM (SELECT predicted, count(*) AS times
           FROM mistake
           WHERE mistake.image = hard_image.image
             AND mistake.run IN (SELECT id FROM run WHERE archived = 0)
             AND mistake.run IN (SELECT value FROM json_each('[' || runs || ']'))
           GROUP BY predicted
           ORDER BY count(*) DESC, predicted) AS taken
     JOIN class ON class.dataset = hard_image.dataset AND class.class = taken.predicted
    ) AS taken_for,
    judging_runs AS runs,
    round(confidence, 4) AS confidence
FROM hard_image
WHERE wrong_runs = judging_runs
ORDER BY
    judging_runs DESC,
    confidence DESC,
    image
LIMIT coalesce(:limit, 20);
