-- A committee is founded; nothing of it runs for long.
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
