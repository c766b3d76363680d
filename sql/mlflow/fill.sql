-- Fills an MLflow store with all datasets, runs, hyperparameters and figures.
--
-- A dataset is an experiment there, a run is a run; folds nest under their parent. An archived run
-- counts as deleted. The number of a run there is made of the hash of its inputs and its number
-- here, so that it is the same in each export. Times are milliseconds since 1970.

CREATE TEMP TABLE exported AS
SELECT
    run.id AS id,
    substr(run.input_hash, 1, 24) || printf('%08x', run.id) AS uuid,
    (SELECT min(first.id) FROM pixelmill.dataset AS first WHERE first.name = dataset.name)
        AS experiment,
    run.experiment || ' seed ' || run.seed || iif(run.kind = 'training', '', ' ' || run.kind)
        || ifnull(' fold ' || run.fold, '') AS name,
    iif(run.kind = 'committee', 'committee', 'train') AS program,
    CAST(round((julianday(run.started_at) - 2440587.5) * 86400000) AS INTEGER) AS started,
    CAST(round((julianday(run.ended_at) - 2440587.5) * 86400000) AS INTEGER) AS ended
FROM pixelmill.run
JOIN pixelmill.dataset ON dataset.id = run.dataset;

INSERT INTO experiments (
    experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time
)
VALUES (0, 'Default', './mlruns/0', 'active', NULL, NULL);

INSERT INTO experiments (
    experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time
)
SELECT
    min(id),
    iif(name = 'Default', 'Default dataset', substr(name, 1, 256)),
    './mlruns/' || min(id),
    'active',
    CAST(round((julianday(min(created_at)) - 2440587.5) * 86400000) AS INTEGER),
    CAST(round((julianday(max(created_at)) - 2440587.5) * 86400000) AS INTEGER)
FROM pixelmill.dataset
GROUP BY name;

INSERT INTO runs (
    run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,
    end_time, source_version, lifecycle_stage, artifact_uri, experiment_id, deleted_time
)
SELECT
    uuid,
    substr(name, 1, 250),
    'LOCAL',
    exported.program,
    '',
    '',
    CASE status
        WHEN 'running' THEN 'RUNNING'
        WHEN 'finished' THEN 'FINISHED'
        WHEN 'interrupted' THEN 'KILLED'
        ELSE 'FAILED'
    END,
    started,
    ended,
    substr(ifnull(git_commit, ''), 1, 50),
    iif(archived, 'deleted', 'active'),
    './mlruns/' || exported.experiment || '/' || uuid || '/artifacts',
    exported.experiment,
    iif(archived, ended, NULL)
FROM exported
JOIN pixelmill.run USING (id);

INSERT INTO params (key, value, run_uuid)
SELECT
    hyperparameter.name,
    substr(CAST(value AS TEXT), 1, 500),
    uuid
FROM pixelmill.hyperparameter
JOIN exported ON exported.id = hyperparameter.run;

INSERT INTO tags (key, value, run_uuid)
SELECT 'mlflow.runName', name, uuid
FROM exported
UNION ALL
SELECT 'mlflow.source.name', program, uuid
FROM exported
UNION ALL
SELECT 'mlflow.source.type', 'LOCAL', uuid
FROM exported
UNION ALL
SELECT 'mlflow.source.git.commit', git_commit, uuid
FROM exported
JOIN pixelmill.run USING (id)
WHERE git_commit IS NOT NULL
UNION ALL
SELECT 'mlflow.note.content', substr(note, 1, 5000), uuid
FROM exported
JOIN pixelmill.run USING (id)
WHERE note IS NOT NULL
UNION ALL
SELECT 'mlflow.parentRunId', parent.uuid, exported.uuid
FROM exported
JOIN pixelmill.run USING (id)
JOIN exported AS parent ON parent.id = run.parent
UNION ALL
SELECT 'pixelmill.run', CAST(id AS TEXT), uuid
FROM exported
UNION ALL
SELECT 'pixelmill.experiment', run.experiment, uuid
FROM exported
JOIN pixelmill.run USING (id)
UNION ALL
SELECT 'pixelmill.status', status, uuid
FROM exported
JOIN pixelmill.run USING (id)
UNION ALL
SELECT 'pixelmill.kind', kind, uuid
FROM exported
JOIN pixelmill.run USING (id)
UNION ALL
SELECT 'pixelmill.members', group_concat(run || ' × ' || round(weight, 6), ', '), uuid
FROM exported
JOIN pixelmill.member ON member.committee = exported.id
GROUP BY exported.id
UNION ALL
SELECT 'pixelmill.message', substr(message, 1, 5000), uuid
FROM exported
JOIN pixelmill.run USING (id)
WHERE message IS NOT NULL
UNION ALL
SELECT 'pixelmill.sweep', group_concat(DISTINCT sweep.name || ' ' || sweep.id), uuid
FROM exported
JOIN pixelmill.trial ON trial.run = exported.id
JOIN pixelmill.sweep ON sweep.id = trial.sweep
GROUP BY exported.id
UNION ALL
SELECT 'tag.' || tag, 'yes', uuid
FROM pixelmill.tag
JOIN exported ON exported.id = tag.run;

CREATE TEMP TABLE figure (uuid, key, value, step, at);

INSERT INTO figure (uuid, key, value, step, at)
SELECT
    uuid,
    column1,
    CASE column1
        WHEN 'learning_rate' THEN learning_rate
        WHEN 'train_loss' THEN train_loss
        WHEN 'train_accuracy' THEN train_accuracy
        WHEN 'validation_loss' THEN validation_loss
        WHEN 'validation_accuracy' THEN validation_accuracy
        WHEN 'seconds' THEN seconds
        ELSE images_per_second
    END,
    epoch.epoch,
    epoch.ended_at
FROM pixelmill.epoch
JOIN exported ON exported.id = epoch.run
CROSS JOIN (VALUES ('learning_rate'), ('train_loss'), ('train_accuracy'), ('validation_loss'),
                   ('validation_accuracy'), ('seconds'), ('images_per_second'))
WHERE column1 NOT LIKE 'validation%'
   OR validation_accuracy IS NOT NULL;

INSERT INTO figure (uuid, key, value, step, at)
SELECT uuid, 'best_' || part || '_accuracy', 1.0 * correct / images, ifnull(best_epoch, 0),
       evaluated_at
FROM pixelmill.evaluation
JOIN exported ON exported.id = evaluation.run
JOIN pixelmill.run ON run.id = evaluation.run
WHERE correct IS NOT NULL AND images > 0
UNION ALL
SELECT uuid, 'best_' || part || '_loss', loss, ifnull(best_epoch, 0), evaluated_at
FROM pixelmill.evaluation
JOIN exported ON exported.id = evaluation.run
JOIN pixelmill.run ON run.id = evaluation.run
WHERE correct IS NOT NULL
UNION ALL
SELECT uuid, 'public_score', public_score, submission.id, created_at
FROM pixelmill.submission
JOIN exported ON exported.id = submission.run
WHERE public_score IS NOT NULL
UNION ALL
SELECT uuid, 'private_score', private_score, submission.id, created_at
FROM pixelmill.submission
JOIN exported ON exported.id = submission.run
WHERE private_score IS NOT NULL
UNION ALL
SELECT uuid, 'local_score', local_score, submission.id, created_at
FROM pixelmill.submission
JOIN exported ON exported.id = submission.run
WHERE local_score IS NOT NULL;

INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
SELECT
    key,
    min(max(ifnull(value, 0.0), -1.7976931348623157e308), 1.7976931348623157e308),
    CAST(round((julianday(at) - 2440587.5) * 86400000) AS INTEGER),
    uuid,
    step,
    value IS NULL
FROM figure;

INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
SELECT
    key,
    value,
    timestamp,
    step,
    is_nan,
    run_uuid
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY run_uuid, key
            ORDER BY step DESC, timestamp DESC, value DESC
        ) AS place
    FROM metrics
)
WHERE place = 1;

INSERT INTO datasets (
    dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source,
    dataset_schema, dataset_profile
)
SELECT
    substr(hash, 1, 32),
    (SELECT min(id) FROM pixelmill.dataset AS first WHERE first.name = dataset.name),
    substr(name || ' version ' || version, 1, 500),
    substr(hash, 1, 36),
    'local',
    json_object('uri', (SELECT source_file.name FROM pixelmill.source_file
                        WHERE source_file.dataset = dataset.id AND part = 'train')),
    NULL,
    json_object('num_rows', (SELECT sum(rows) FROM pixelmill.source_file
                             WHERE source_file.dataset = dataset.id AND part <> 'sample'))
FROM pixelmill.dataset;

INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id)
SELECT
    'input-' || exported.uuid,
    'DATASET',
    substr(hash, 1, 32),
    'RUN',
    uuid
FROM exported
JOIN pixelmill.run USING (id)
JOIN pixelmill.dataset ON dataset.id = run.dataset;

INSERT INTO input_tags (input_uuid, name, value)
SELECT input_uuid, 'mlflow.data.context', 'training'
FROM inputs;
