CREATE VIEW class_report AS
-- Precision, recall and F1 of every class that occurs among the labels or the predictions; one
-- row a run, part and class. What would be divided by zero is 0. One GROUP BY over a plain join,
-- so that a condition on run reaches the primary key of confusion.
SELECT
    confusion.run AS run,                   -- its number
    confusion.part AS part,                 -- validation or test
    class.class AS class,                   -- index of the net's output
    class.label AS label,                   -- as in the source file
    ifnull(1.0 * sum(iif(actual = predicted, count, 0))
           / nullif(sum(iif(predicted = class.class, count, 0)), 0), 0.0)
        AS precision,                       -- of those predicted as it, the share that are it
    ifnull(1.0 * sum(iif(actual = predicted, count, 0))
           / nullif(sum(iif(actual = class.class, count, 0)), 0), 0.0)
        AS recall,                          -- of those that are it, the share predicted as it
    2.0 * sum(iif(actual = predicted, count, 0))
        / (sum(iif(predicted = class.class, count, 0)) + sum(iif(actual = class.class, count, 0)))
        AS f1,                              -- harmonic mean of the two
    sum(iif(actual = class.class, count, 0))
        AS support,                         -- images that are this class
    sum(iif(predicted = class.class, count, 0))
        AS predicted,                       -- images predicted as this class
    sum(iif(actual = predicted, count, 0))
        AS correct                          -- images of this class predicted as it
FROM confusion
CROSS JOIN run ON run.id = confusion.run
CROSS JOIN class
    ON class.dataset = run.dataset AND class.class IN (confusion.actual, confusion.predicted)
GROUP BY confusion.run, confusion.part, class.class;
