-- Images that occur more than once, pixel for pixel: two of each group, those with different
-- labels first, then those in both parts (run=: the newest; limit=15).
WITH
again AS (
    SELECT
        image.dataset,
        count(*) AS copies,
        min(image.id) AS image,
        max(image.id) AS other,
        count(DISTINCT image.class) > 1 AS conflicting,
        count(DISTINCT image.part) > 1 AS across
    FROM run
    JOIN image ON image.dataset = run.dataset
    WHERE run.id = coalesce(:run, (SELECT max(id) FROM run))
    GROUP BY image.pixels
    HAVING count(*) > 1
)
SELECT
    again.image,
    again.other,
    copies,
    conflicting,
    across,
    first.part || ' ' || first.row AS first_row,
    second.part || ' ' || second.row AS other_row,
    coalesce((
        SELECT iif(length(label) > 10, substr(label, 1, 5) || '…' || substr(label, -4), label)
        FROM class
        WHERE class.dataset = again.dataset
          AND class.class = first.class), '?') AS first_label,
    coalesce((
        SELECT iif(length(label) > 10, substr(label, 1, 5) || '…' || substr(label, -4), label)
        FROM class
        WHERE class.dataset = again.dataset
          AND class.class = second.class), '?') AS other_label
FROM again
JOIN image AS first ON first.id = again.image
JOIN image AS second ON second.id = again.other
ORDER BY
    conflicting DESC,
    across DESC,
    copies DESC,
    again.image
LIMIT coalesce(:limit, 15);
