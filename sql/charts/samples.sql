-- Sixty training images by a fixed shuffle (run=: the newest; limit=60).
SELECT
    image.id AS image,
    image.row,
    iif(length(label) > 7, substr(label, 1, 3) || '…' || substr(label, -3), label) AS label
FROM run
JOIN image ON image.dataset = run.dataset AND image.part = 'train'
JOIN class ON class.dataset = image.dataset AND class.class = image.class
WHERE run.id = coalesce(:run, (SELECT max(id) FROM run))
ORDER BY
    image.id * 2654435761 % 4294967296,
    image.id
LIMIT coalesce(:limit, 60);
