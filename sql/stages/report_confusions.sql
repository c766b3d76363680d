-- The most frequent confusions of a report.
SELECT
    row_number() OVER (ORDER BY count DESC, share DESC, actual, predicted) AS rank,
    actual_label AS actual,
    predicted_label AS predicted,
    count AS images,
    printf('%.2f %%', 100 * share) AS share_of_actual
FROM top_confusion
WHERE run = :run
  AND part = (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL)
ORDER BY rank
LIMIT 10;
