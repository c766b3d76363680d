-- How sure a run is when it is right and when it is wrong (run=: the newest evaluated).
WITH chosen (run) AS (
    SELECT coalesce(:run, (SELECT max(run) FROM evaluation))
)
SELECT
    part,
    iif(correct, 'right', 'wrong') AS outcome,
    count(*) AS images,
    round(avg(confidence), 4) AS mean,
    round(min(confidence), 4) AS least,
    round(max(confidence), 4) AS greatest
FROM chosen
CROSS JOIN labelled_prediction USING (run)
GROUP BY part, correct
ORDER BY
    part DESC,
    correct DESC;
