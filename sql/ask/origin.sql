-- What made this file: run, conf, data, code (sha256=, file= or run=; else the newest).
-- sha256 may be the beginning of one, as `sha256sum FILE` prints it.
WITH chosen (file) AS (
    SELECT file
    FROM submission
    WHERE (:sha256 IS NULL OR sha256 LIKE :sha256 || '%')
      AND (:file IS NULL OR file = :file OR file LIKE '%/' || :file)
      AND (:run IS NULL OR run = :run)
    ORDER BY id DESC
    LIMIT 1
)
SELECT
    fact.key AS what,
    fact.value AS value
FROM chosen
CROSS JOIN provenance USING (file)
CROSS JOIN json_each(json_object(
    'file', file,
    'sha256', sha256,
    'made', created_at,
    'run', run,
    'kind', kind,
    'experiment', experiment,
    'seed', seed,
    'best epoch', epoch,
    'weights', weights,
    'members', members,
    'input hash', input_hash,
    'dataset', dataset || ' version ' || dataset_version,
    'data hash', data_hash,
    'train file', train_file,
    'test file', test_file,
    'split', split,
    'program', program,
    'program hash', program_hash,
    'git commit', git_commit,
    'git diff', git_diff,
    'compiler', compiler,
    'cpu', cpu,
    'isa', isa,
    'blas', blas,
    'threads', threads,
    'host', host,
    'conf', conf
)) AS fact
WHERE fact.value IS NOT NULL
ORDER BY fact.id;
