-- How sure a run is when it is right and when it is wrong (run=: the newest evaluated).
SELECT
    part,
    iif(correct, 'right', 'wrong') AS outcome,
    images,
    round(mean, 4) AS mean,
    round(least, 4) AS least,
    round(greatest, 4) AS greatest
FROM confidence_summary
WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
ORDER BY
    part DESC,
    correct DESC;
