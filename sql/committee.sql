-- insert_member: a run that a committee asks.
INSERT INTO member (committee, run, weight)
VALUES (:committee, :run, :weight);

-- member: what a committee must know of a run that is to be a member: what it is, and whether all
-- that it can predict is predicted.
SELECT
    run.experiment AS experiment,
    run.seed AS seed,
    run.status AS status,
    run.dataset AS dataset,
    run.split AS split,
    iif(run.kind = 'folds',
        (SELECT ifnull(sum(parameters), 0) FROM run AS fold WHERE fold.parent = run.id),
        run.parameters) AS parameters,
    iif(run.kind = 'folds',
        (SELECT ifnull(sum(trainable), 0) FROM run AS fold WHERE fold.parent = run.id),
        run.trainable) AS trainable,
    EXISTS (SELECT * FROM evaluation WHERE evaluation.run = run.id)
        AND ifnull((
            SELECT images FROM evaluation WHERE evaluation.run = run.id AND part = 'test'), 0)
           = (SELECT count(*)
              FROM image
              WHERE image.dataset = run.dataset AND image.part = 'test') AS evaluated,
    dataset.name || ' version ' || dataset.version AS is_on
FROM run
JOIN dataset ON dataset.id = run.dataset
WHERE run.id = :run;

-- failure: why a run of these inputs has failed since then.
SELECT
    id AS run,
    message
FROM run
WHERE input_hash = :input_hash
  AND status = 'failed'
  AND ended_at >= :since
ORDER BY id DESC
LIMIT 1;
