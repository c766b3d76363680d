-- What it takes to get a run again.
WITH
chosen AS (
    SELECT
        run.*,
        dataset.name AS dataset_name,
        dataset.version,
        dataset.hash,
        printf('%d × %d × %d', height, width, channels) AS shape
    FROM run
    JOIN dataset ON dataset.id = run.dataset
    WHERE run.id = :run
),
fact (place, name, value) AS (
    SELECT 1, 'run', printf('%d (%s)', id, kind) FROM chosen
    UNION ALL
    SELECT 2, 'experiment', experiment FROM chosen
    UNION ALL
    SELECT 3, 'seed', seed FROM chosen
    UNION ALL
    SELECT 4, 'dataset', printf('%s, version %d, images of %s', dataset_name, version, shape)
    FROM chosen
    UNION ALL
    SELECT 5, 'dataset hash', hash FROM chosen
    UNION ALL
    SELECT 6, part || ' file', printf('%s, %,d rows, SHA-256 %s', name, rows, sha256)
    FROM source_file
    WHERE dataset = (SELECT dataset FROM chosen)
    UNION ALL
    SELECT
        7,
        'split',
        method || coalesce(', ' || fraction || ' to validation', '')
            || coalesce(', ' || folds || ' folds', '') || coalesce(', fold ' || fold, '')
            || ', seed ' || split.seed
    FROM chosen
    JOIN split ON split.id = chosen.split
    UNION ALL
    SELECT 8, 'input hash', input_hash FROM chosen
    UNION ALL
    SELECT 9, checkpoint.kind || ' weights', printf('after epoch %d, SHA-256 %s', epoch, sha256)
    FROM checkpoint
    WHERE run = :run
    UNION ALL
    SELECT
        9,
        checkpoint.kind || ' weights of fold ' || run.fold,
        printf('run %d, after epoch %d, SHA-256 %s', run.id, epoch, sha256)
    FROM run
    JOIN checkpoint ON checkpoint.run = run.id
    WHERE run.parent = :run
    UNION ALL
    SELECT 9, 'member', printf('run %d, weight %.4f, input hash %s', run.id, weight, input_hash)
    FROM member
    JOIN run ON run.id = member.run
    WHERE committee = :run
    UNION ALL
    SELECT 10, 'started', replace(substr(started_at, 1, 19), 'T', ' ') || ' UTC' FROM chosen
    UNION ALL
    SELECT 11, 'ended', replace(substr(ended_at, 1, 19), 'T', ' ') || ' UTC' FROM chosen
    UNION ALL
    SELECT 12, 'message', message FROM chosen WHERE message IS NOT NULL
    UNION ALL
    SELECT 13, 'program', printf('Pixelmill %s, SHA-256 %s', program, program_hash) FROM chosen
    UNION ALL
    SELECT
        14,
        'git commit',
        coalesce(git_commit || iif(git_diff IS NULL, '', ' with changes, SHA-256 ' || git_diff),
                 'none (not in a git checkout)')
    FROM chosen
    UNION ALL
    SELECT 15, 'compiler', compiler FROM chosen
    UNION ALL
    SELECT 16, 'CPU', printf('%s, %d threads, %s kernels', cpu, threads, isa) FROM chosen
    UNION ALL
    SELECT 17, 'BLAS', blas FROM chosen
    UNION ALL
    SELECT 18, 'machine', host FROM chosen
    UNION ALL
    SELECT 19, 'note', note FROM chosen WHERE note IS NOT NULL
)
SELECT
    name,
    value
FROM fact
ORDER BY place;
