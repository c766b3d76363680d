-- The most frequent confusions of a run on a part, a line of text each.
SELECT printf('%s → %s: %,d (%.2f %%)', actual_label, predicted_label, count, 100 * share)
FROM top_confusion
WHERE run = :run
  AND part = :part
ORDER BY
    count DESC,
    share DESC,
    actual,
    predicted
LIMIT :limit;
