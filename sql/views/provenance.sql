CREATE VIEW provenance AS
-- What made a submission: all that it takes to get the same file again; one row a submission.
SELECT
    submission.sha256 AS sha256,            -- of the submission's file
    submission.file AS file,                -- as given when it was made
    submission.created_at AS created_at,    -- UTC
    run.id AS run,                          -- that made it
    run.kind AS kind,                       -- training, folds or committee
    run.experiment AS experiment,           -- the experiment file's name
    run.conf AS conf,                       -- the experiment file, whole
    run.seed AS seed,                       -- of the training
    run.input_hash AS input_hash,           -- SHA-256 of all that decides the weights
    run.best_epoch AS epoch,                -- of the weights that made it
    (SELECT group_concat(sha256, ' ')
     FROM (
        SELECT (
            SELECT sha256
            FROM checkpoint
            WHERE checkpoint.run = part.id
            ORDER BY kind = 'best' DESC, kind = 'average' DESC
            LIMIT 1) AS sha256
        FROM run AS part
        WHERE part.id = run.id OR part.parent = run.id
        ORDER BY part.fold)
    ) AS weights,                           -- SHA-256 of the weights, of those of all folds
    (SELECT group_concat(run || ' × ' || weight, ', ')
     FROM (SELECT * FROM member WHERE committee = run.id ORDER BY run)
    ) AS members,                           -- of a committee: runs and weights; NULL otherwise
    dataset.name AS dataset,                -- its name
    dataset.version AS dataset_version,     -- 1, 2, ... of that name
    dataset.hash AS data_hash,              -- SHA-256 over the source files and how they were read
    (SELECT name || ' ' || sha256
     FROM source_file
     WHERE source_file.dataset = dataset.id AND part = 'train') AS train_file,  -- name and SHA-256
    (SELECT name || ' ' || sha256
     FROM source_file
     WHERE source_file.dataset = dataset.id AND part = 'test') AS test_file,    -- name and SHA-256
    split.method
        || ifnull(' ' || split.fraction, '')
        || ifnull(' of ' || split.folds, '')
        || ifnull(', fold ' || run.fold, '')
        || ', seed ' || split.seed AS split,    -- how validation was set apart
    run.program AS program,                 -- its version
    run.program_hash AS program_hash,       -- SHA-256 of the executable
    run.git_commit AS git_commit,           -- NULL outside a git checkout
    run.git_diff AS git_diff,               -- SHA-256 of the uncommitted changes; NULL: none
    run.compiler AS compiler,               -- and its flags
    run.cpu AS cpu,                         -- its name
    run.isa AS isa,                         -- instruction set of the kernels
    run.blas AS blas,                       -- library, version and kernel
    run.threads AS threads,                 -- of the training
    run.host AS host,                       -- the machine
    run.started_at AS started_at            -- UTC
FROM submission
JOIN run ON run.id = submission.run
JOIN dataset ON dataset.id = run.dataset
JOIN split ON split.id = run.split;
