-- The layers of a run's net, with their shares of parameters and multiply-adds in percent
-- (run=: the newest).
SELECT
    row_number() OVER (ORDER BY layer) - 1 AS place,
    layer,
    text,
    printf('%d×%d×%d', height, width, channels) AS output,
    parameters,
    100.0 * parameters / max(sum(parameters) OVER (), 1) AS parameter_share,
    macs,
    100.0 * macs / max(sum(macs) OVER (), 1) AS mac_share
FROM layer
WHERE run = coalesce(:run, (SELECT max(run) FROM layer))
ORDER BY layer;
