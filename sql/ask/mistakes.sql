-- The worst mistakes, the most confident first (run=: the newest evaluated; part=, limit=20).
SELECT
    image,
    part,
    row,
    actual_label AS actual,
    predicted_label AS predicted,
    round(confidence, 4) AS confidence,
    round(actual_confidence, 4) AS actual_confidence
FROM wrong_prediction
WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
  AND part = coalesce(:part, part)
ORDER BY
    confidence DESC,
    image
LIMIT coalesce(:limit, 20);
