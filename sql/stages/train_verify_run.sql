-- What a run recorded of its inputs, its program, its machine and its weights.
SELECT
    r.status,
    r.kind,
    r.program_hash,
    ifnull(r.git_commit, ''),
    ifnull(r.git_diff, ''),
    r.compiler,
    r.cpu,
    r.isa,
    r.blas,
    best.sha256,
    average.sha256,
    last.sha256,
    d.hash
FROM run AS r
JOIN dataset AS d ON d.id = r.dataset
LEFT JOIN checkpoint AS best ON best.run = r.id AND best.kind = 'best'
LEFT JOIN checkpoint AS average ON average.run = r.id AND average.kind = 'average'
LEFT JOIN checkpoint AS last ON last.run = r.id AND last.kind = 'last'
WHERE r.id = :run;
