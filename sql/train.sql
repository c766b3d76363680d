-- adopt_run: a training becomes a fold of another run.
UPDATE run
SET parent = :parent
WHERE id = :run
  AND parent IS NULL;

-- end_run: a training ends, one way or another.
UPDATE run
SET status = :status,
    message = :message,
    ended_at = :ended_at,
    best_epoch = :best_epoch,
    stopped_early = :stopped_early
WHERE id = :run;

-- find_run: a run of just these inputs that is finished, or else one that can be resumed. A run of
-- one fold may be free, or of this parent (0: of any).
SELECT
    id,
    status
FROM run
WHERE input_hash = :input_hash
  AND kind <> 'committee'
  AND status IN ('finished', 'interrupted', 'crashed')
  AND (:parent = 0 OR ifnull(parent, :parent) = :parent)
ORDER BY
    status = 'finished' DESC,
    id DESC
LIMIT 1;

-- find_split: the split of a dataset that an experiment asks for.
SELECT id
FROM split
WHERE dataset = :dataset
  AND method = :method
  AND seed = :seed
  AND fraction IS :fraction
  AND folds IS :folds;

-- forget_best: the best weights, where they are from after the checkpoint that the run is resumed
-- from.
DELETE FROM checkpoint
WHERE run = :run
  AND kind = 'best'
  AND epoch > :epoch;

-- forget_epochs: what a crashed run wrote after the checkpoint that it is resumed from.
DELETE FROM epoch
WHERE run = :run
  AND epoch > :epoch;

-- insert_epoch: an epoch has ended.
INSERT INTO epoch (
    run, epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
    average_loss, average_accuracy, seconds, images_per_second, ended_at
)
VALUES (
    :run, :epoch, :learning_rate, :train_loss, :train_accuracy, :validation_loss,
    :validation_accuracy, :average_loss, :average_accuracy, :seconds, :images_per_second, :ended_at
);

-- insert_layer: one layer of a run's net.
INSERT INTO layer (
    run, layer, kind, text, height, width, channels, parameters, trainable, macs, path
)
VALUES (
    :run, :layer, :kind, :text, :height, :width, :channels, :parameters, :trainable, :macs, :path
);

-- insert_run: a training begins, or one of folds.
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

-- load_checkpoint: where a run can be taken up again, and its best weights so far.
SELECT
    last.epoch,
    last.weights,
    last.state,
    r.status
FROM run AS r
LEFT JOIN checkpoint AS last ON last.run = r.id AND last.kind = 'last'
WHERE r.id = :run;

-- resume_run: a run lives again.
UPDATE run
SET status = 'running',
    ended_at = NULL,
    message = NULL,
    host = :host
WHERE id = :run
  AND status IN ('interrupted', 'crashed');

-- save_checkpoint: weights of a run, in place of the earlier ones of that kind.
INSERT INTO checkpoint (run, kind, epoch, sha256, weights, state)
VALUES (:run, :kind, :epoch, :sha256, :weights, :state)
ON CONFLICT (run, kind) DO UPDATE
SET epoch = excluded.epoch,
    sha256 = excluded.sha256,
    weights = excluded.weights,
    state = excluded.state;

-- teacher: what decided the weights of a run that can teach: it has ended, and what it predicts is
-- known.
SELECT run.input_hash
FROM run
WHERE run.id = :run
  AND run.dataset = :dataset
  AND run.status = 'finished'
  AND EXISTS (SELECT * FROM prediction WHERE prediction.run = run.id);

-- verify_epoch: whether an epoch of a run came out with just these figures.
SELECT learning_rate IS :learning_rate
   AND train_loss IS :train_loss
   AND train_accuracy IS :train_accuracy
   AND validation_loss IS :validation_loss
   AND validation_accuracy IS :validation_accuracy
   AND average_loss IS :average_loss
   AND average_accuracy IS :average_accuracy
FROM epoch
WHERE run = :run
  AND epoch = :epoch;

-- verify_run: what a run recorded of its inputs, its program, its machine and its weights.
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

-- verify_setting: the value that a setting had in a run, as text.
SELECT CAST(value AS TEXT)
FROM hyperparameter
WHERE run = :run
  AND name = :name;
