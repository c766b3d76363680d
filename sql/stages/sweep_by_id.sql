-- A sweep as its workers need it.
SELECT
    sweep.experiment,
    sweep.conf,
    dataset.name,
    sweep.rungs,
    sweep.evaluate
FROM sweep
JOIN dataset ON dataset.id = sweep.dataset
WHERE sweep.id = :sweep;
