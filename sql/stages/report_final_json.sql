-- final_report.json: what a run is and how good it is. :files is a JSON array of names.
WITH
chosen AS (
    SELECT
        run.*,
        dataset.name AS dataset_name,
        dataset.version,
        dataset.hash,
        dataset.height,
        dataset.width,
        dataset.channels
    FROM run
    JOIN dataset ON dataset.id = run.dataset
    WHERE run.id = :run
),
judged AS (
    SELECT evaluation_summary.*
    FROM evaluation_summary
    WHERE run = :run
      AND correct IS NOT NULL
    ORDER BY part DESC
    LIMIT 1
),
metric AS (
    SELECT class_report.*
    FROM class_report
    JOIN judged ON judged.run = class_report.run AND judged.part = class_report.part
),
answer AS (
    SELECT
        prediction.confidence,
        prediction.class = image.class AS correct,
        row_number() OVER (
            PARTITION BY prediction.class = image.class
            ORDER BY prediction.confidence) AS place,
        count(*) OVER (PARTITION BY prediction.class = image.class) AS images
    FROM judged
    JOIN prediction ON prediction.run = judged.run
    JOIN image ON image.id = prediction.image
    WHERE image.class IS NOT NULL
      AND image.part = iif(judged.part = 'test', 'test', 'train')
),
confidence AS (
    SELECT
        correct,
        count(*) AS images,
        avg(confidence) AS mean,
        avg(iif(place IN ((images + 1) / 2, (images + 2) / 2), confidence, NULL)) AS median,
        min(confidence) AS least,
        max(confidence) AS greatest
    FROM answer
    GROUP BY correct
),
setting AS (
    SELECT
        name,
        value
    FROM hyperparameter
    WHERE run = :run
      AND name <> 'model.layers'
    ORDER BY name
),
confused AS (
    SELECT
        row_number() OVER (ORDER BY count DESC, share DESC, actual, predicted) AS rank,
        *
    FROM top_confusion
    WHERE run = :run
      AND part = (SELECT part FROM judged)
    ORDER BY rank
    LIMIT 10
)
SELECT json_object(
    'run', id,
    'kind', kind,
    'experiment', experiment,
    'status', status,
    'dataset', json_object(
        'name', dataset_name,
        'version', version,
        'hash', hash,
        'image_height', height,
        'image_width', width,
        'image_channels', channels,
        'classes', (
            SELECT json_group_array(label)
            FROM (SELECT label FROM class WHERE class.dataset = chosen.dataset ORDER BY class)),
        'files', (
            SELECT json_group_array(json_object(
                'part', part, 'name', name, 'rows', rows, 'sha256', sha256))
            FROM source_file
            WHERE source_file.dataset = chosen.dataset)),
    'architecture', json_object(
        'parameters', parameters,
        'trainable', trainable,
        'layers', (
            SELECT json_group_array(json_object(
                'layer', layer,
                'kind', kind,
                'text', text,
                'output', json_array(height, width, channels),
                'parameters', parameters,
                'trainable', trainable,
                'multiply_adds', macs))
            FROM (SELECT * FROM layer WHERE layer.run = chosen.id ORDER BY layer))),
    'folds', (
        SELECT json_group_array(json_object('run', id, 'fold', fold, 'status', status))
        FROM (SELECT * FROM run AS part WHERE part.parent = chosen.id ORDER BY fold, id)),
    'members', (
        SELECT json_group_array(json_object(
            'run', run,
            'experiment', experiment,
            'seed', seed,
            'weight', weight,
            'accuracy', accuracy,
            'images', images))
        FROM (
            SELECT
                member.run,
                asked.experiment,
                asked.seed,
                weight,
                accuracy,
                images
            FROM member
            JOIN run AS asked ON asked.id = member.run
            LEFT JOIN evaluation_summary
                ON evaluation_summary.run = member.run AND part = 'validation'
            WHERE committee = chosen.id
            ORDER BY member.run)),
    'training', json_object(
        'configuration', (SELECT json_group_object(name, value) FROM setting),
        'seed', seed,
        'epochs_asked', epochs,
        'epochs_done', (SELECT count(*) FROM epoch WHERE epoch.run = chosen.id),
        'best_epoch', best_epoch,
        'stopped_early', json(CASE stopped_early WHEN 1 THEN 'true' WHEN 0 THEN 'false' END),
        'seconds', (SELECT duration FROM run_summary WHERE run_summary.run = chosen.id),
        'images_per_second', (
            SELECT images_per_second FROM run_summary WHERE run_summary.run = chosen.id)),
    'results', (
        SELECT json_object(
            'part', part,
            'images', images,
            'correct', correct,
            'wrong', wrong,
            'accuracy', accuracy,
            'standard_error', standard_error,
            'loss', loss,
            'macro_precision', (SELECT avg(precision) FROM metric),
            'macro_recall', (SELECT avg(recall) FROM metric),
            'macro_f1', (SELECT avg(f1) FROM metric),
            'weighted_f1', (SELECT sum(f1 * support) / sum(support) FROM metric))
        FROM judged),
    'classes', (
        SELECT json_group_array(json_object(
            'class', class,
            'label', label,
            'precision', precision,
            'recall', recall,
            'f1', f1,
            'support', support,
            'predicted', predicted,
            'correct', correct))
        FROM (SELECT * FROM metric ORDER BY class)),
    'top_confusions', (
        SELECT json_group_array(json_object(
            'rank', rank,
            'actual', actual_label,
            'predicted', predicted_label,
            'count', count,
            'percentage', round(100 * share, 4)))
        FROM (SELECT * FROM confused ORDER BY rank)),
    'confidence', json_object(
        'right', (
            SELECT json_object(
                'images', images, 'mean', mean, 'median', median, 'min', least, 'max', greatest)
            FROM confidence
            WHERE correct),
        'wrong', (
            SELECT json_object(
                'images', images, 'mean', mean, 'median', median, 'min', least, 'max', greatest)
            FROM confidence
            WHERE NOT correct)),
    'submissions', (
        SELECT json_group_array(json_object(
            'file', file,
            'rows', rows,
            'sha256', sha256,
            'public_score', public_score,
            'private_score', private_score,
            'local_score', local_score))
        FROM (SELECT * FROM submission WHERE submission.run = chosen.id ORDER BY id)),
    'files', json(:files))
FROM chosen;
