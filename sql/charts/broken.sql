-- Images that run A read rightly and run B wrongly, those of which B was most certain first (a=,
-- b=: the two newest; limit=20).
WITH
chosen (a, b) AS (
    SELECT
        coalesce(:a, (SELECT max(id) FROM run WHERE id < (SELECT max(id) FROM run))),
        coalesce(:b, (SELECT max(id) FROM run))
)
SELECT
    one.image,
    iif(one.part = 'test', 'test ', 'train ') || one.row AS row,
    iif(
        length(one.actual_label) > 14,
        substr(one.actual_label, 1, 6) || '…' || substr(one.actual_label, -7),
        one.actual_label) AS actual_label,
    iif(
        length(one.predicted_label) > 14,
        substr(one.predicted_label, 1, 6) || '…' || substr(one.predicted_label, -7),
        one.predicted_label) AS a_label,
    100 * one.confidence AS a_confidence,
    iif(
        length(two.predicted_label) > 14,
        substr(two.predicted_label, 1, 6) || '…' || substr(two.predicted_label, -7),
        two.predicted_label) AS b_label,
    100 * two.confidence AS b_confidence
FROM chosen
JOIN labelled_prediction AS one ON one.run = chosen.a
JOIN labelled_prediction AS two ON two.run = chosen.b AND two.image = one.image
WHERE one.correct
  AND NOT two.correct
ORDER BY
    two.confidence DESC,
    one.image
LIMIT coalesce(:limit, 20);
