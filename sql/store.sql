-- committee_members: the members of a committee with their weights, and the temperature that was
-- fitted for it.
SELECT
    run,
    weight,
    ifnull((
        SELECT value
        FROM hyperparameter
        WHERE hyperparameter.run = :committee
          AND name = 'committee.fitted_temperature'), 1.0)
FROM member
WHERE committee = :committee
ORDER BY run;

-- run_predictions: what a run says of the images of a part, in the order of their rows.
SELECT
    prediction.image,
    prediction.probabilities
FROM prediction
JOIN image INDEXED BY image_label ON image.id = prediction.image
WHERE prediction.run = :run
  AND image.part = :part
ORDER BY image.row;

-- dataset_by_id: one version of a dataset.
SELECT
    id,
    name,
    version,
    height,
    width,
    channels,
    hash,
    kind = 'table' AS is_table,
    format = 'floats' AS floats,
    zero,
    one
FROM dataset
WHERE id = :id;

-- dataset_by_name: the newest version of a dataset.
SELECT
    id,
    name,
    version,
    height,
    width,
    channels,
    hash,
    kind = 'table' AS is_table,
    format = 'floats' AS floats,
    zero,
    one
FROM dataset
WHERE name = :name
ORDER BY version DESC
LIMIT 1;

-- dataset_classes: the labels of a dataset in the order of their classes.
SELECT
    class,
    label
FROM class
WHERE dataset = :dataset
ORDER BY class;

-- dataset_count_images: how many images a part has.
SELECT count(*)
FROM image
WHERE dataset = :dataset
  AND part = :part;

-- dataset_images: the images of a part in the order of their rows.
SELECT
    id,
    class,
    pixels
FROM image
WHERE dataset = :dataset
  AND part = :part
ORDER BY row;

-- dataset_split: where a split puts the training images, in the order of their rows: 1 is
-- validation. With folds, the fold :fold validates and the others train.
SELECT
    s.image,
    CASE WHEN s.fold IS NULL THEN s.part = 'validation' ELSE s.fold = :fold END
FROM split_image AS s
JOIN image AS i ON i.id = s.image
WHERE s.split = :split
ORDER BY i.row;

-- run_by_id: a run as recorded.
SELECT
    id,
    dataset,
    split,
    fold,
    experiment,
    status,
    kind,
    conf
FROM run
WHERE id = :id;

-- run_newest: the newest finished run on any version of a dataset; the folds of a run don't stand
-- for themselves.
SELECT r.id
FROM run AS r
JOIN dataset AS d ON d.id = r.dataset
WHERE d.name = :dataset
  AND r.status = 'finished'
  AND r.parent IS NULL
ORDER BY r.id DESC
LIMIT 1;

-- run_weights: the weights of a run that count: the best where they were kept, else the average,
-- else the last.
SELECT weights
FROM checkpoint
WHERE run = :run
ORDER BY kind = 'best' DESC, kind = 'average' DESC
LIMIT 1;

-- find_split: the split that was made of a dataset in just this way, if there is one.
SELECT id
FROM split
WHERE dataset = :dataset
  AND method = :method
  AND seed = :seed
  AND fraction IS :fraction
  AND folds IS :folds;

-- insert_split: appends a split.
INSERT INTO split (dataset, method, seed, fraction, folds, created_at)
VALUES (:dataset, :method, :seed, :fraction, :folds, :created_at);

-- insert_setting: one value in force in a run.
INSERT INTO hyperparameter (run, name, value)
VALUES (:run, :name, :value);

-- find_run: the run of just these inputs that is finished, or else one that can be resumed. A run of
-- one fold may be free, or of this parent (0: of any).
SELECT
    id,
    status
FROM run
WHERE input_hash = :input_hash
  AND status IN ('finished', 'interrupted', 'crashed')
  AND (:parent = 0 OR ifnull(parent, :parent) = :parent)
ORDER BY
    status = 'finished' DESC,
    id DESC
LIMIT 1;

-- teacher: what decided the weights of a run that can teach: it has ended, and what it predicts is
-- known.
SELECT run.input_hash AS input_hash
FROM run
WHERE run.id = :run
  AND run.dataset = :dataset
  AND run.status = 'finished'
  AND EXISTS (SELECT * FROM prediction WHERE prediction.run = run.id);

-- insert_run: a run begins, or is there at once, as a committee is; of the latter ended_at is known.
INSERT INTO run (
    kind, experiment, parent, dataset, split, fold, seed, conf, input_hash, status, message,
    started_at, ended_at, host, program, program_hash, git_commit, git_diff, compiler, cpu, isa,
    blas, threads, parameters, trainable, epochs
)
VALUES (
    :kind, :experiment, :parent, :dataset, :split, :fold, :seed, :conf, :input_hash, :status,
    nullif(:message, ''), :started_at, :ended_at, :host, :program, :program_hash,
    nullif(:git_commit, ''), nullif(:git_diff, ''), :compiler, :cpu, :isa, :blas, :threads,
    :parameters, :trainable, :epochs
);

-- fill_split: all training images of a dataset into the training part of a split.
INSERT INTO split_image (split, image, part)
SELECT
    :split,
    id,
    'train'
FROM image
WHERE dataset = :dataset
  AND part = 'train';

-- run_identity: what decides a run's predictions, whatever its number: its inputs and its weights.
SELECT
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
            ORDER BY part.fold, part.id)), '') AS identity
FROM run
WHERE run.id = :run;

-- form_columns: what a submission is made of, from the left.
SELECT
    name,
    kind,
    class
FROM submission_column
WHERE dataset = :dataset
ORDER BY position;

-- form_sample: the header that the competition's sample submission prescribes, and its number of rows.
SELECT
    header,
    rows,
    name
FROM source_file
WHERE dataset = :dataset
  AND part = 'sample';
