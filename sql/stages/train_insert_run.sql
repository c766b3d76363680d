-- A training begins, or one of folds.
INSERT INTO run (
    kind, experiment, parent, dataset, split, fold, seed, conf, input_hash, status, started_at, host,
    program, program_hash, git_commit, git_diff, compiler, cpu, isa, blas, threads,
    parameters, trainable, epochs
)
VALUES (
    :kind, :experiment, :parent, :dataset, :split, :fold, :seed, :conf, :input_hash, 'running',
    :started_at, :host, :program, :program_hash, nullif(:git_commit, ''), nullif(:git_diff, ''),
    :compiler, :cpu, :isa, :blas, :threads, :parameters, :trainable, :epochs
);
