-- Images that were read correctly, drawn from the classes in turn by a fixed shuffle, each with
-- its three most probable classes (run=: the newest evaluated; part=; limit=21).
WITH
judged (run, part) AS (
    SELECT run, coalesce(:part, part)
    FROM judged_part
    WHERE run = coalesce(:run, (SELECT max(run) FROM evaluation))
),
candidate AS (
    SELECT
        prediction.image,
        image.row,
        image.dataset,
        image.class AS actual,
        prediction.class AS predicted,
        prediction.confidence,
        prediction.probabilities,
        image.id * 2654435761 % 4294967296 AS shuffle,
        row_number() OVER (
            PARTITION BY image.class
            ORDER BY image.id * 2654435761 % 4294967296
        ) AS turn
    FROM judged
    JOIN prediction USING (run)
    JOIN image ON image.id = prediction.image
    WHERE image.part = iif(judged.part = 'test', 'test', 'train')
      AND image.class = prediction.class
),
shown AS (
    SELECT *
    FROM candidate
    ORDER BY
        turn,
        shuffle
    LIMIT coalesce(:limit, 21)
),
ranked AS (
    SELECT
        shown.image,
        iif(length(label) > 14, substr(label, 1, 6) || '…' || substr(label, -7), label) AS label,
        100.0 * json_each.value AS percent,
        row_number() OVER (
            PARTITION BY shown.image
            ORDER BY json_each.value DESC, json_each.key) AS place
    FROM shown
    JOIN json_each(shown.probabilities)
    JOIN class ON class.dataset = shown.dataset AND class.class = json_each.key
)
SELECT
    shown.image,
    shown.row,
    shown.actual,
    shown.predicted,
    iif(
        length(real.label) > 14,
        substr(real.label, 1, 6) || '…' || substr(real.label, -7),
        real.label) AS actual_label,
    100 * shown.confidence AS confidence,
    max(iif(ranked.place = 1, ranked.label, NULL)) AS label1,
    max(iif(ranked.place = 1, ranked.percent, NULL)) AS percent1,
    max(iif(ranked.place = 2, ranked.label, NULL)) AS label2,
    max(iif(ranked.place = 2, ranked.percent, NULL)) AS percent2,
    coalesce(max(iif(ranked.place = 3, ranked.label, NULL)), '') AS label3,
    coalesce(max(iif(ranked.place = 3, ranked.percent, NULL)), 0) AS percent3
FROM shown
JOIN ranked USING (image)
JOIN class AS real ON real.dataset = shown.dataset AND real.class = shown.actual
GROUP BY shown.image
ORDER BY
    shown.actual,
    shown.image;
