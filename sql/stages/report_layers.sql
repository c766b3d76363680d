-- The layers of a report; fixed parameters are those that no gradient moves.
SELECT
    layer,
    text AS "kind",
    printf('%d×%d×%d', height, width, channels) AS output,
    printf('%,d', parameters) AS parameters,
    printf('%,d', parameters - trainable) AS fixed,
    printf('%,d', macs) AS "multiply-adds"
FROM layer
WHERE run = :run
ORDER BY layer;
