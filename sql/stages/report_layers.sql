-- The layers of a report.
SELECT
    layer,
    text AS "kind",
    printf('%d × %d × %d', height, width, channels) AS output,
    printf('%,d', parameters) AS parameters,
    printf('%,d', trainable) AS trainable,
    printf('%,d', macs) AS "multiply-adds"
FROM layer
WHERE run = :run
ORDER BY layer;
