-- Images that run A read rightly and run B wrongly, those of which B was most certain first (a=,
-- b=: the two newest; limit=20).
WITH
chosen (a, b) AS (
    SELECT
        coalesce(:a, (SELECT max(id) FROM run WHERE id < (SELECT max(id) FROM run))),
        coalesce(:b, (SELECT max(id) FROM run))
)
SELECT
    image.id AS image,
    image.part || ' ' || image.row AS row,
    iif(
        length(real.label) > 14,
        substr(real.label, 1, 6) || '…' || substr(real.label, -7),
        real.label) AS actual_label,
    iif(
        length(said_a.label) > 14,
        substr(said_a.label, 1, 6) || '…' || substr(said_a.label, -7),
        said_a.label) AS a_label,
    100 * one.confidence AS a_confidence,
    iif(
        length(said_b.label) > 14,
        substr(said_b.label, 1, 6) || '…' || substr(said_b.label, -7),
        said_b.label) AS b_label,
    100 * two.confidence AS b_confidence
FROM chosen
JOIN prediction AS one ON one.run = chosen.a
JOIN prediction AS two ON two.run = chosen.b AND two.image = one.image
JOIN image ON image.id = one.image
JOIN class AS real ON real.dataset = image.dataset AND real.class = image.class
JOIN class AS said_a ON said_a.dataset = image.dataset AND said_a.class = one.class
JOIN class AS said_b ON said_b.dataset = image.dataset AND said_b.class = two.class
WHERE one.class = image.class
  AND two.class <> image.class
ORDER BY
    two.confidence DESC,
    image.id
LIMIT coalesce(:limit, 20);
