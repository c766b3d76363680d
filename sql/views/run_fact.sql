CREATE VIEW run_fact AS
-- What a run was given: experiment, seed, data, split, hyperparameters, layers, program and
-- machine; one row a run and fact, so that two runs can be compared by what differs. Seed and
-- split stand once, not again as hyperparameters; layers stand as how often each occurs. To be
-- read with ORDER BY place, what.
SELECT
    run.id AS run,                          -- its number
    fact.place AS place,                    -- 1 run, 2 hyperparameter, 3 layer, 4 program
    fact.what AS what,                      -- name of the fact
    CASE fact.what
        WHEN 'experiment' THEN run.experiment
        WHEN 'kind' THEN run.kind
        WHEN 'seed' THEN run.seed
        WHEN 'dataset' THEN dataset.name || ' version ' || dataset.version
        WHEN 'data hash' THEN dataset.hash
        WHEN 'split' THEN
            split.method
                || ifnull(' ' || split.fraction, '')
                || ifnull(' of ' || split.folds, '')
                || ifnull(', fold ' || run.fold, '')
                || ', seed ' || split.seed
        WHEN 'members' THEN (
            SELECT group_concat(run || ' × ' || round(weight, 4), ', ')
            FROM (SELECT * FROM member WHERE committee = run.id ORDER BY run))
        WHEN 'parameters' THEN run.parameters
        WHEN 'program' THEN run.program
        WHEN 'program hash' THEN run.program_hash
        WHEN 'git commit' THEN run.git_commit
        WHEN 'git diff' THEN run.git_diff
        WHEN 'compiler' THEN run.compiler
        WHEN 'cpu' THEN run.cpu
        WHEN 'isa' THEN run.isa
        WHEN 'blas' THEN run.blas
        WHEN 'threads' THEN run.threads
    END AS value                            -- of the fact; NULL: there is none
FROM run
JOIN dataset ON dataset.id = run.dataset
JOIN split ON split.id = run.split
CROSS JOIN (
    SELECT column1 AS place, column2 AS what
    FROM (VALUES
        (1, 'experiment'), (1, 'kind'), (1, 'seed'), (1, 'dataset'), (1, 'data hash'), (1, 'split'),
        (1, 'members'), (1, 'parameters'), (4, 'program'), (4, 'program hash'),
        (4, 'git commit'), (4, 'git diff'), (4, 'compiler'), (4, 'cpu'), (4, 'isa'), (4, 'blas'), (4, 'threads'))
) AS fact
UNION ALL
SELECT run, 2, name, value
FROM hyperparameter
WHERE name NOT IN ('model.layers', 'train.seed')
  AND name NOT LIKE 'split.%'
UNION ALL
SELECT
    run,
    3,
    'layer ' || text,
    (SELECT count(*) FROM layer AS same WHERE same.run = layer.run AND same.text = layer.text)
FROM layer
WHERE NOT EXISTS (
    SELECT *
    FROM layer AS earlier
    WHERE earlier.run = layer.run AND earlier.layer < layer.layer AND earlier.text = layer.text);
