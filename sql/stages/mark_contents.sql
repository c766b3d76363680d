-- What a run is and holds, its folds included, as a line of text; whether one of them is running,
-- whose it is, whether it is archived, and which committees ask one of them.
WITH RECURSIVE family (id) AS (
    VALUES (:run)
    UNION
    SELECT run.id
    FROM run
    JOIN family ON run.parent = family.id
)
SELECT
    printf(
        '%s, %s, seed %d; %,d epoch%s, %,d checkpoint%s, %,d prediction%s, %,d submission%s%s',
        run.experiment, run.status, run.seed,
        held.epochs, iif(held.epochs = 1, '', 's'),
        checkpoints, iif(checkpoints = 1, '', 's'),
        predictions, iif(predictions = 1, '', 's'),
        submissions, iif(submissions = 1, '', 's'),
        iif(runs > 1, printf(', %d folds that are deleted with it', runs - 1), '')),
    held.running,
    run.host,
    run.archived,
    held.committees
FROM run
JOIN (
    SELECT
        (SELECT count(*) FROM family) AS runs,
        (SELECT count(*) FROM epoch WHERE run IN family) AS epochs,
        (SELECT count(*) FROM checkpoint WHERE run IN family) AS checkpoints,
        (SELECT count(*) FROM prediction WHERE run IN family) AS predictions,
        (SELECT count(*) FROM submission WHERE run IN family) AS submissions,
        (SELECT count(*) FROM run WHERE id IN family AND status = 'running') AS running,
        (SELECT group_concat(DISTINCT committee) FROM member WHERE run IN family) AS committees
) AS held
WHERE run.id = :run;
