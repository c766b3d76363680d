CREATE VIEW judged_part AS
-- The part of its dataset by which a run is judged: validation where it has labels, else test.
SELECT
    run,                                    -- its number
    max(part) AS part                       -- validation or test
FROM evaluation
WHERE correct IS NOT NULL
GROUP BY run;
