-- check: whether a copy is sound: `ok`, or what is wrong first.
SELECT integrity_check
FROM pragma_integrity_check
LIMIT 1;

-- counts: what is in a database, as a line of text.
SELECT printf(
    '%,d dataset%s, %,d images, %,d run%s, %,d epochs, %,d checkpoints, %,d predictions, '
        || '%,d submissions, %,d trials',
    datasets,
    iif(datasets = 1, '', 's'),
    (SELECT count(*) FROM image),
    runs,
    iif(runs = 1, '', 's'),
    (SELECT count(*) FROM epoch),
    (SELECT count(*) FROM checkpoint),
    (SELECT count(*) FROM prediction),
    (SELECT count(*) FROM submission),
    (SELECT count(*) FROM trial))
FROM (
    SELECT
        (SELECT count(*) FROM dataset) AS datasets,
        (SELECT count(*) FROM run) AS runs
);
