-- What a committee must know of a run that is to be a member: what it is, what decides its
-- predictions, and whether some of them are missing.
SELECT
    run.experiment,
    run.seed,
    run.status,
    run.dataset,
    run.split,
    iif(run.kind = 'folds',
        (SELECT ifnull(sum(parameters), 0) FROM run AS fold WHERE fold.parent = run.id),
        run.parameters),
    iif(run.kind = 'folds',
        (SELECT ifnull(sum(trainable), 0) FROM run AS fold WHERE fold.parent = run.id),
        run.trainable),
    run.input_hash || ' ' || ifnull((
        SELECT group_concat(sha256, ' ')
        FROM (
            SELECT (
                SELECT sha256
                FROM checkpoint
                WHERE checkpoint.run = part.id
                ORDER BY kind = 'best' DESC, kind = 'average' DESC
                LIMIT 1) AS sha256
            FROM run AS part
            WHERE part.id = run.id OR part.parent = run.id
            ORDER BY part.fold, part.id)), ''),
    NOT EXISTS (SELECT * FROM evaluation WHERE evaluation.run = run.id)
        OR ifnull((
            SELECT images FROM evaluation WHERE evaluation.run = run.id AND part = 'test'), 0)
           <> (SELECT count(*)
               FROM image
               WHERE image.dataset = run.dataset AND image.part = 'test'),
    dataset.name || ' version ' || dataset.version
FROM run
JOIN dataset ON dataset.id = run.dataset
WHERE run.id = :run;
