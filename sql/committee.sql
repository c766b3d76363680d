-- fill_split: all training images of a dataset into the training part of a split.
INSERT INTO split_image (split, image, part)
SELECT
    :split,
    id,
    'train'
FROM image
WHERE dataset = :dataset
  AND part = 'train';

-- find: the committee of just these members and settings, if there is one.
SELECT max(id)
FROM run
WHERE input_hash = :input_hash
  AND kind = 'committee';

-- find_member: the newest finished run of an experiment with a seed; the folds of a run don't stand
-- for themselves.
SELECT max(id)
FROM run
WHERE dataset = :dataset
  AND experiment = :experiment
  AND seed = :seed
  AND status = 'finished'
  AND parent IS NULL;

-- insert_member: a run that a committee asks.
INSERT INTO member (committee, run, weight)
VALUES (:committee, :run, :weight);

-- insert_run: a committee is founded; nothing of it runs for long.
INSERT INTO run (
    kind, experiment, dataset, split, seed, conf, input_hash, status, message, started_at,
    ended_at, host, program, program_hash, git_commit, git_diff, compiler, cpu, isa, blas, threads,
    parameters, trainable, epochs
)
VALUES (
    'committee', :experiment, :dataset, :split, :seed, :conf, :input_hash, 'finished',
    nullif(:message, ''), :started_at, :ended_at, :host, :program, :program_hash,
    nullif(:git_commit, ''), nullif(:git_diff, ''), :compiler, :cpu, :isa, :blas, 1, :parameters,
    :trainable, 0
);

-- member: what a committee must know of a run that is to be a member: what it is, what decides its
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
