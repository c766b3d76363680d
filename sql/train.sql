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

-- load_checkpoint: where a run can be taken up again.
SELECT
    r.status AS status,
    last.weights AS weights,
    last.state AS state
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
    r.status AS status,
    r.program_hash AS program_hash,
    r.git_commit AS git_commit,
    r.git_diff AS git_diff,
    r.compiler AS compiler,
    r.cpu AS cpu,
    r.isa AS isa,
    r.blas AS blas,
    best.sha256 AS best,
    average.sha256 AS average,
    last.sha256 AS last,
    d.hash AS data_hash
FROM run AS r
JOIN dataset AS d ON d.id = r.dataset
LEFT JOIN checkpoint AS best ON best.run = r.id AND best.kind = 'best'
LEFT JOIN checkpoint AS average ON average.run = r.id AND average.kind = 'average'
LEFT JOIN checkpoint AS last ON last.run = r.id AND last.kind = 'last'
WHERE r.id = :run;

-- verify_setting: the value that a setting had in a run, as text.
SELECT CAST(value AS TEXT) AS value
FROM hyperparameter
WHERE run = :run
  AND name = :name;
