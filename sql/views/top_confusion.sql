CREATE VIEW top_confusion AS
-- Which class was taken for which other one, and how often; one row a run, part and pair of classes
-- that occurred. Most frequent first with ORDER BY count DESC, share DESC, actual, predicted.
WITH counted AS (
    SELECT
        *,
        sum(count) OVER (PARTITION BY run, part, actual) AS support
    FROM confusion
)
SELECT
    counted.run AS run,                     -- its number
    counted.part AS part,                   -- validation or test
    counted.actual AS actual,               -- class that it is
    counted.predicted AS predicted,         -- class that the run took it for
    real.label AS actual_label,             -- as in the source file
    taken.label AS predicted_label,         -- as in the source file
    counted.count AS count,                 -- images
    1.0 * counted.count / counted.support
        AS share                            -- of the images that are of the actual class, 0 to 1
FROM counted
CROSS JOIN run ON run.id = counted.run
CROSS JOIN class AS real ON real.dataset = run.dataset AND real.class = counted.actual
CROSS JOIN class AS taken ON taken.dataset = run.dataset AND taken.class = counted.predicted
WHERE counted.actual <> counted.predicted;
