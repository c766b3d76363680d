CREATE VIEW top_confusion AS
-- Which class was taken for which other one, and how often; one row a run, part and pair of classes
-- that occurred. Most frequent first with ORDER BY count DESC, share DESC, actual, predicted.
SELECT
    confusion.run AS run,
    confusion.part AS part,                 -- validation or test
    confusion.actual AS actual,             -- class that it is
    confusion.predicted AS predicted,       -- class that the run took it for
    real.label AS actual_label,
    taken.label AS predicted_label,
    confusion.count AS count,               -- images
    1.0 * confusion.count / (
        SELECT sum(of_class.count)
        FROM confusion AS of_class
        WHERE of_class.run = confusion.run
          AND of_class.part = confusion.part
          AND of_class.actual = confusion.actual
    ) AS share                              -- of the images that are of the actual class, 0 to 1
FROM confusion
JOIN run ON run.id = confusion.run
JOIN class AS real ON real.dataset = run.dataset AND real.class = confusion.actual
JOIN class AS taken ON taken.dataset = run.dataset AND taken.class = confusion.predicted
WHERE confusion.actual <> confusion.predicted;
