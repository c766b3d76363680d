-- changes: how many labelled images two runs both predicted, which one read and the other did not,
-- and the probability of so uneven a division by chance (exact McNemar test, two-sided).
WITH RECURSIVE
counted AS (
    SELECT
        count(*) AS images,
        coalesce(sum(one.class <> image.class AND two.class = image.class), 0) AS fixed,
        coalesce(sum(one.class = image.class AND two.class <> image.class), 0) AS broken,
        coalesce(sum(one.class <> image.class AND two.class <> image.class), 0) AS both
    FROM prediction AS one
    JOIN prediction AS two ON two.run = :b AND two.image = one.image
    JOIN image ON image.id = one.image
    WHERE one.run = :a
      AND image.class IS NOT NULL
),
binomial (k, term, total) AS (
    SELECT 0, pow(0.5, fixed + broken), pow(0.5, fixed + broken) FROM counted
    UNION ALL
    SELECT
        k + 1,
        term * (fixed + broken - k) / (k + 1),
        total + term * (fixed + broken - k) / (k + 1)
    FROM binomial
    JOIN counted
    WHERE k < min(fixed, broken)
)
SELECT
    :rows || ' that both predicted' AS name,
    printf('%,d', images) AS value
FROM counted
UNION ALL
SELECT 'fixed', printf('%,d', fixed) FROM counted
UNION ALL
SELECT 'broken', printf('%,d', broken) FROM counted
UNION ALL
SELECT 'wrong in both', printf('%,d', both) FROM counted
UNION ALL
SELECT
    'difference by chance alone',
    iif(fixed + broken BETWEEN 1 AND 1000,
        printf('p = %.3f', min(1, 2 * (SELECT max(total) FROM binomial))),
        iif(fixed + broken = 0, 'no difference', 'too many changes for the exact test'))
FROM counted;

-- changed: rows of a table that run A reads and run B does not, or the other way round, those first
-- of which the run that reads them is most certain.
WITH changed AS (
    SELECT
        iif(two.correct, 'fixed', 'broken') AS change,
        one.part,
        one.row,
        one.actual_label,
        one.predicted_label AS a_label,
        one.confidence AS a_confidence,
        two.predicted_label AS b_label,
        two.confidence AS b_confidence,
        row_number() OVER (
            PARTITION BY two.correct
            ORDER BY iif(two.correct, two.confidence, one.confidence) DESC, one.image) AS place
    FROM labelled_prediction AS one
    JOIN labelled_prediction AS two ON two.run = :b AND two.image = one.image
    WHERE one.run = :a
      AND one.correct <> two.correct
)
SELECT
    change,
    iif(part = 'test', 'test', 'train') || ' ' || row AS row,
    actual_label AS "is",
    a_label AS "run A says",
    printf('%.2f %%', 100 * a_confidence) AS "confidence of A",
    b_label AS "run B says",
    printf('%.2f %%', 100 * b_confidence) AS "confidence of B"
FROM changed
WHERE place <= 20
ORDER BY
    change DESC,
    place;

-- classes: the table of classes of a report, with macro and weighted averages, like scikit-learn's
-- classification_report; of more than 100 classes those of the lowest F1.
WITH
part (part) AS (
    SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL
),
report AS (
    SELECT class_report.*
    FROM class_report
    JOIN part ON part.part = class_report.part
    WHERE class_report.run = :run
),
line AS (
    SELECT class AS place, label, precision, recall, f1, support, predicted
    FROM (
        SELECT
            *,
            row_number() OVER (ORDER BY f1, class) AS bad
        FROM report)
    WHERE bad <= 100
    UNION ALL
    SELECT
        1e6,
        'macro avg',
        avg(precision),
        avg(recall),
        avg(f1),
        sum(support),
        sum(predicted)
    FROM report
    HAVING count(*) > 0
    UNION ALL
    SELECT
        1e6 + 1,
        'weighted avg',
        sum(precision * support) / sum(support),
        sum(recall * support) / sum(support),
        sum(f1 * support) / sum(support),
        sum(support),
        sum(predicted)
    FROM report
    HAVING count(*) > 0
)
SELECT
    label AS class,
    printf('%.4f', precision) AS precision,
    printf('%.4f', recall) AS recall,
    printf('%.4f', f1) AS F1,
    support AS images,
    predicted
FROM line
ORDER BY place;

-- classes_shown: that not all classes are in the table of them: a sentence, where there are more.
SELECT printf('The table of classes has the 100 of the lowest F1 out of %,d.', count(*)) AS text
FROM class_report
WHERE run = :run
  AND part = (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL)
HAVING count(*) > 100;

-- columns: what is known of the columns of a table, in their order. :columns is a JSON array of what
-- the program has found of each number of a row; the numbers of a column of texts stand side by
-- side.
WITH
placed AS (
    SELECT
        column_input.*,
        column_input.value AS text,
        json_each.value AS found
    FROM json_each(:columns)
    JOIN column_input ON column_input.input = json_each.key + 1
    WHERE dataset = (SELECT dataset FROM run WHERE id = :run)
),
field AS (
    SELECT
        place,
        name,
        max(text) IS NOT NULL AS is_text,
        count(*) AS texts,
        max(found ->> 'n') AS n,
        max(found ->> 'gaps') AS gaps,
        max(found ->> 'test_gaps') AS test_gaps,
        min(found ->> 'least') AS least,
        max(found ->> 'greatest') AS greatest,
        max(found ->> 'mean') AS mean,
        max(found ->> 'deviation') AS deviation,
        max(found ->> 'told') AS told,
        group_concat(iif(length(text) > 24, substr(text, 1, 23) || '…', text), ', ')
            FILTER (WHERE input < first + 6) AS some
    FROM (SELECT *, min(input) OVER (PARTITION BY place) AS first FROM placed)
    GROUP BY place
)
SELECT
    place AS "no.",
    name AS column,
    CASE
        WHEN n = 0 THEN 'only gaps'
        WHEN deviation = 0 THEN 'constant'
        WHEN is_text THEN printf('%,d texts', texts)
        ELSE 'numbers'
    END AS kind,
    CASE
        WHEN n = 0 THEN ''
        WHEN is_text THEN some || iif(texts > 6, ', …', '')
        WHEN least = greatest THEN printf('%.6g', least)
        ELSE printf('%.6g to %.6g', least, greatest)
    END AS "values",
    iif(is_text OR n = 0, '', printf('%.6g', mean)) AS mean,
    iif(is_text OR n = 0, '', printf('%.4g', deviation)) AS deviation,
    gaps AS gaps,
    test_gaps AS "gaps in test",
    iif(told IS NULL, '', printf('%.1f %%', 100 * told)) AS "told by the class"
FROM field
WHERE place <= 200
ORDER BY place;

-- columns_shown: what the table of columns says of them: a sentence.
SELECT 'Told by the class is how much of a column''s variance lies between the classes and not within '
    || 'them: of the texts of a column, at most.'
    || iif(max(place) > 200, printf(' The table has the first 200 of %,d columns.', max(place)), '')
    AS text
FROM column_input
WHERE dataset = (SELECT dataset FROM run WHERE id = :run);

-- compare: two runs side by side, a line a figure.
WITH
pair AS (
    SELECT
        run_summary.*,
        (SELECT avg(f1)
         FROM class_report
         WHERE class_report.run = run_summary.run AND class_report.part = 'validation') AS macro_f1
    FROM run_summary
    WHERE run IN (:a, :b)
),
line (place, name, run, value) AS (
    SELECT 1, 'experiment', run, experiment FROM pair
    UNION ALL
    SELECT 2, 'seed', run, seed FROM pair
    UNION ALL
    SELECT 3, 'status', run, status FROM pair
    UNION ALL
    SELECT 3.5, 'kind', run, kind FROM pair WHERE (SELECT count(DISTINCT kind) FROM pair) > 1
    UNION ALL
    SELECT 3.6, :rows || ' of validation', run, printf('%,d', validation_images)
    FROM pair
    WHERE validation_images IS NOT NULL
    UNION ALL
    SELECT
        4,
        'accuracy on validation',
        run,
        printf('%.3f ± %.3f %%', 100 * validation_accuracy, 100 * standard_error)
    FROM pair
    WHERE validation_accuracy IS NOT NULL
    UNION ALL
    SELECT 5, 'loss on validation', run, printf('%.5f', validation_loss)
    FROM pair
    WHERE validation_loss IS NOT NULL
    UNION ALL
    SELECT 6, 'macro F1', run, printf('%.5f', macro_f1) FROM pair WHERE macro_f1 IS NOT NULL
    UNION ALL
    SELECT 7, 'epochs', run, epochs_done || ' of ' || epochs FROM pair WHERE kind <> 'committee'
    UNION ALL
    SELECT 8, 'best epoch', run, best_epoch FROM pair
    UNION ALL
    SELECT 9, 'seconds', run, printf('%.1f', duration) FROM pair
    UNION ALL
    SELECT 10, 'parameters', run, printf('%,d', parameters) FROM pair
    UNION ALL
    SELECT 20, name, run, value
    FROM hyperparameter
    WHERE run IN (:a, :b)
      AND name <> 'model.layers'
      AND (name LIKE 'committee.%' OR NOT EXISTS (SELECT * FROM pair WHERE kind = 'committee'))
      AND value IS NOT (
          SELECT other.value
          FROM hyperparameter AS other
          WHERE other.name = hyperparameter.name
            AND other.run = iif(hyperparameter.run = :a, :b, :a))
)
SELECT
    name AS figure,
    coalesce(max(iif(run = :a, value, NULL)), '') AS first_run,
    coalesce(max(iif(run = :b, value, NULL)), '') AS second_run
FROM line
GROUP BY
    place,
    name
ORDER BY
    place,
    name;

-- conf: the experiment file of a run as it was.
SELECT conf AS text
FROM run
WHERE id = :run;

-- confidence: how sure a run was, where it was right and where it was wrong.
SELECT
    part,
    iif(correct, 'right', 'wrong') AS answers,
    printf('%,d', images) AS images,
    printf('%.2f %%', 100 * mean) AS mean,
    printf('%.2f %%', 100 * least) AS least,
    printf('%.2f %%', 100 * greatest) AS greatest
FROM confidence_summary
WHERE run = :run
ORDER BY
    part DESC,
    correct DESC;

-- confusions: the most frequent confusions of a report.
SELECT
    row_number() OVER (ORDER BY count DESC, share DESC, actual, predicted) AS rank,
    actual_label AS actual,
    predicted_label AS predicted,
    count AS images,
    printf('%.2f %%', 100 * share) AS share_of_actual
FROM top_confusion
WHERE run = :run
  AND part = (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL)
ORDER BY rank
LIMIT 10;

-- duplicates: rows of a table that occur more than once: two of each group, those with different
-- labels first, then those in both parts.
WITH again AS (
    SELECT
        image.dataset,
        count(*) AS copies,
        min(image.id) AS image,
        max(image.id) AS other,
        count(DISTINCT image.class) > 1 AS conflicting,
        count(DISTINCT image.part) > 1 AS across
    FROM run
    JOIN image ON image.dataset = run.dataset
    WHERE run.id = :run
    GROUP BY image.pixels
    HAVING count(*) > 1
)
SELECT
    copies,
    first.part || ' ' || first.row AS "one",
    ifnull(of_first.label, '') AS label,
    second.part || ' ' || second.row AS another,
    ifnull(of_second.label, '') AS "its label"
FROM again
JOIN image AS first ON first.id = again.image
JOIN image AS second ON second.id = again.other
LEFT JOIN class AS of_first
    ON of_first.dataset = again.dataset AND of_first.class = first.class
LEFT JOIN class AS of_second
    ON of_second.dataset = again.dataset AND of_second.class = second.class
ORDER BY
    conflicting DESC,
    across DESC,
    copies DESC,
    again.image
LIMIT 15;

-- epochs: the epochs of a run for its report; * marks the one whose weights count, `averaged` is
-- the validation accuracy of the averaged weights.
SELECT
    epoch || iif(best, ' *', '') AS epoch,
    printf('%.2g', learning_rate) AS rate,
    iif(train_loss IS NULL, NULL, printf('%.4f', train_loss)) AS loss,
    printf('%.2f %%', 100 * train_accuracy) AS accuracy,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS "val. loss",
    iif(validation_accuracy IS NULL, NULL, printf('%.2f %%', 100 * validation_accuracy))
        AS "val. accuracy",
    iif(average_accuracy IS NULL, NULL, printf('%.2f %%', 100 * average_accuracy)) AS averaged
FROM history
WHERE run = :run
ORDER BY history.epoch;

-- facts: all that the page of a run is made of, and that can change: a line each. The page lists the
-- finished runs of the dataset, too.
WITH
shown (run) AS (
    SELECT :run
    UNION
    SELECT id FROM run WHERE parent = :run
    UNION
    SELECT run FROM member WHERE committee = :run
    UNION
    SELECT value
    FROM hyperparameter
    WHERE run = :run
      AND name = 'teacher.run'
      AND value > 0
),
fact (fact) AS (
    SELECT json_array(
        'run', id, kind, experiment, parent, split, fold, seed, input_hash, status, message,
        started_at, ended_at, host, program, program_hash, git_commit, git_diff, compiler, cpu, isa,
        blas, threads, parameters, trainable, epochs, best_epoch, stopped_early, note, archived)
    FROM shown
    JOIN run ON run.id = shown.run
    UNION ALL
    SELECT json_array('experiment file', conf) FROM run WHERE id = :run
    UNION ALL
    SELECT json_array('dataset', name, version, hash)
    FROM dataset
    WHERE id = (SELECT dataset FROM run WHERE id = :run)
    UNION ALL
    SELECT json_array('setting', name, value) FROM hyperparameter WHERE run = :run
    UNION ALL
    SELECT json_array('layers', count(*), total(macs), group_concat(path))
    FROM (SELECT macs, path FROM layer WHERE run = :run ORDER BY layer)
    UNION ALL
    SELECT json_array('epochs', shown.run, count(*), max(epoch.ended_at))
    FROM shown
    JOIN epoch ON epoch.run = shown.run
    GROUP BY shown.run
    UNION ALL
    SELECT json_array('weights', shown.run, checkpoint.kind, checkpoint.epoch, checkpoint.sha256)
    FROM shown
    JOIN checkpoint ON checkpoint.run = shown.run
    UNION ALL
    SELECT json_array('evaluation', shown.run, part, images, loss, correct, evaluated_at)
    FROM shown
    JOIN evaluation ON evaluation.run = shown.run
    UNION ALL
    SELECT json_array('member', run, weight) FROM member WHERE committee = :run
    UNION ALL
    SELECT json_array(
        'submission', file, sha256, rows, created_at, public_score, private_score, local_score)
    FROM submission
    WHERE run = :run
    UNION ALL
    SELECT json_array('tag', tag) FROM tag WHERE run = :run
    UNION ALL
    SELECT json_array('trial', sweep.name, configuration, rung, state)
    FROM trial
    JOIN sweep ON sweep.id = trial.sweep
    WHERE trial.run = :run
    UNION ALL
    SELECT json_array(
        'beside', run.id, run.experiment, run.kind, run.seed, run.parent, run.archived, run.ended_at,
        evaluation.images, evaluation.correct, evaluation.loss, evaluation.evaluated_at)
    FROM run
    JOIN evaluation ON evaluation.run = run.id AND evaluation.part = 'validation'
    WHERE run.status = 'finished'
      AND run.dataset IN (
          SELECT other.id
          FROM run AS this
          JOIN dataset ON dataset.id = this.dataset
          JOIN dataset AS other ON other.name = dataset.name
          WHERE this.id = :run)
)
SELECT fact
FROM fact
ORDER BY fact;

-- final_json: final_report.json: what a run is and how good it is, but for the names of its files.
WITH
chosen AS (
    SELECT
        run.*,
        dataset.name AS dataset_name,
        dataset.version,
        dataset.hash,
        dataset.kind AS data,
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
        'kind', data,
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
        FROM (SELECT * FROM submission WHERE submission.run = chosen.id ORDER BY id))) AS json
FROM chosen;

-- folds: the trainings of a folds run; their accuracies are those of the epochs whose weights
-- count.
SELECT
    '../run-' || run.id || '/report.html' AS link,
    'run ' || run.id AS training,
    run.fold,
    run.status,
    run.best_epoch AS "best epoch",
    printf('%.1f', (SELECT sum(seconds) FROM epoch WHERE epoch.run = run.id)) AS seconds,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS "val. loss",
    iif(validation_accuracy IS NULL, NULL, printf('%.2f %%', 100 * validation_accuracy))
        AS "val. accuracy"
FROM run
LEFT JOIN epoch ON epoch.run = run.id AND epoch.epoch = run.best_epoch
WHERE run.parent = :run
ORDER BY
    run.fold,
    run.id;

-- headline: what a report says first of a run: names and values, those that are known.
WITH
judged AS (
    SELECT
        evaluation_summary.*,
        (SELECT avg(f1)
         FROM class_report
         WHERE class_report.run = evaluation_summary.run
           AND class_report.part = evaluation_summary.part) AS macro_f1
    FROM evaluation_summary
    WHERE run = :run
      AND correct IS NOT NULL
    ORDER BY part DESC
    LIMIT 1
),
fact (name, value) AS (
    SELECT 'accuracy on ' || part, printf('%.2f ± %.2f %%', 100 * accuracy, 100 * standard_error)
    FROM judged
    UNION ALL
    SELECT 'macro F1', printf('%.4f', macro_f1) FROM judged
    UNION ALL
    SELECT 'loss on ' || part, printf('%.4f', loss) FROM judged WHERE loss IS NOT NULL
    UNION ALL
    SELECT 'wrong of ' || printf('%,d', images), printf('%,d', wrong) FROM judged
    UNION ALL
    SELECT
        'time',
        CASE
            WHEN duration < 60 THEN printf('%.1f s', duration)
            WHEN duration < 3600 THEN printf('%d min %02d s', duration / 60, duration % 60)
            ELSE printf('%d h %02d min', duration / 3600, duration / 60 % 60)
        END
    FROM run_summary
    WHERE run = :run AND ended_at IS NOT NULL AND kind <> 'committee'
    UNION ALL
    SELECT 'members', count(*) FROM member WHERE committee = :run HAVING count(*) > 0
    UNION ALL
    SELECT 'gain over the best, run ' || a, printf('%+.2f points', 100 * min(gain))
    FROM (SELECT run AS a, :run AS b FROM member WHERE committee = :run)
    JOIN comparison USING (a, b)
    WHERE part = 'validation'
    HAVING count(*) > 0
    UNION ALL
    SELECT 'cross-fitted accuracy', printf('%.2f %%', 100 * value)
    FROM hyperparameter
    WHERE run = :run AND name = 'committee.cross_fitted_accuracy'
    UNION ALL
    SELECT :rows || ' a second', printf('%,d', images_per_second)
    FROM run_summary
    WHERE run = :run AND images_per_second IS NOT NULL
    UNION ALL
    SELECT 'parameters', printf('%,d', parameters) FROM run_summary WHERE run = :run
    UNION ALL
    SELECT 'epochs', printf('%d of %d', epochs_done, epochs)
    FROM run_summary
    WHERE run = :run AND kind <> 'committee'
    UNION ALL
    SELECT 'best epoch', best_epoch FROM run_summary WHERE run = :run AND best_epoch IS NOT NULL
    UNION ALL
    SELECT 'status', status FROM run_summary WHERE run = :run
)
SELECT
    name,
    value
FROM fact
WHERE value IS NOT NULL;

-- history_csv: training_history.csv: a line an epoch.
SELECT
    epoch,
    learning_rate,
    train_loss,
    train_accuracy,
    validation_loss,
    validation_accuracy,
    average_loss,
    average_accuracy,
    best,
    seconds,
    images_per_second
FROM history
WHERE run = :run
ORDER BY epoch;

-- layers: the layers of a report; fixed parameters are those that no gradient moves, and `computed`
-- is how the training did it where there is more than one way.
SELECT
    layer,
    text AS "kind",
    iif(:rows = 'rows', channels, printf('%d×%d×%d', height, width, channels)) AS output,
    printf('%,d', parameters) AS parameters,
    printf('%,d', parameters - trainable) AS fixed,
    printf('%,d', macs) AS "multiply-adds",
    path AS computed
FROM layer
WHERE run = :run
ORDER BY layer;

-- list_runs: the numbers of all runs.
SELECT id AS run
FROM run
ORDER BY id;

-- listed: all that the page of all runs is made of, and that can change: a line a run.
SELECT json_array(
    run.id, run.kind, run.experiment, run.parent, run.fold, run.dataset, run.seed, run.status,
    run.message, run.note, run.archived, run.started_at, run.ended_at, run.epochs, run.parameters, (
        SELECT count(*) || ' ' || max(ended_at)
        FROM epoch
        WHERE epoch.run = run.id),
    evaluation.images, evaluation.correct, evaluation.loss, evaluation.evaluated_at) AS fact
FROM run
LEFT JOIN evaluation ON evaluation.run = run.id AND evaluation.part = 'validation'
ORDER BY run.id;

-- made: the page of a run, where it is recorded as one of these inputs.
SELECT sha256
FROM report
WHERE run = :run
  AND path = :path
  AND inputs = :inputs;

-- inputs: the numbers of a table's rows: whether they are a column of numbers.
SELECT value IS NULL AS is_number
FROM input
WHERE dataset = (SELECT dataset FROM run WHERE id = :run)
ORDER BY input;

-- mistakes: rows that a run read wrongly, those of which it was most certain first.
SELECT
    iif(part = 'test', 'test', 'train') || ' ' || row AS row,
    actual_label AS "is",
    predicted_label AS "was taken for",
    printf('%.2f %%', 100 * confidence) AS confidence,
    printf('%.2f %%', 100 * (probabilities ->> actual)) AS "given to its class"
FROM labelled_prediction
WHERE run = :run
  AND part = (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL)
  AND NOT correct
ORDER BY
    labelled_prediction.confidence DESC,
    image
LIMIT 20;

-- newest: the newest finished run, or the newest one where none has finished; no fold of another.
SELECT id AS run
FROM run
WHERE parent IS NULL
ORDER BY
    status = 'finished' DESC,
    id DESC
LIMIT 1;

-- record: the page of a run, with what it was made of.
INSERT INTO report (run, path, inputs, sha256, made_at)
VALUES (:run, :path, :inputs, :sha256, :made_at)
ON CONFLICT (run) DO UPDATE
SET path = excluded.path,
    inputs = excluded.inputs,
    sha256 = excluded.sha256,
    made_at = excluded.made_at;

-- weights: how many checkpoints a run has.
SELECT count(*) AS checkpoints
FROM checkpoint
WHERE run = :run;

-- members: the members of a committee, each with its own figures and on the images that judge both.
SELECT
    '../run-' || member.run || '/report.html' AS link,
    'run ' || member.run AS member,
    run.experiment,
    run.kind,
    run.seed,
    printf('%.4f', weight) AS weight,
    printf('%.2f %%', 100 * own.accuracy) AS accuracy,
    printf('%,d', own.images) AS of,
    iif(comparison.images IS NULL, NULL, printf('%,d', comparison.images)) AS common,
    comparison.a_wrong AS wrong,
    comparison.b_wrong AS committee,
    comparison.fixed AS fixed,
    comparison.broken AS broken
FROM member
JOIN run ON run.id = member.run
LEFT JOIN evaluation_summary AS own ON own.run = member.run AND own.part = 'validation'
LEFT JOIN comparison
    ON comparison.a = member.run
   AND comparison.b = member.committee
   AND comparison.part = 'validation'
WHERE member.committee = :run
ORDER BY
    own.accuracy DESC,
    member.run;

-- message: what the figures of a committee must be read with.
SELECT message AS text
FROM run
WHERE id = :run
  AND kind = 'committee'
  AND message IS NOT NULL;

-- provenance: what it takes to get a run again.
WITH
chosen AS (
    SELECT
        run.*,
        dataset.name AS dataset_name,
        dataset.version,
        dataset.hash,
        iif(dataset.kind = 'table',
            printf('%,d number%s', channels, iif(channels = 1, '', 's')),
            printf('%d × %d × %d', height, width, channels)) AS shape
    FROM run
    JOIN dataset ON dataset.id = run.dataset
    WHERE run.id = :run
),
fact (place, name, value) AS (
    SELECT 1, 'run', printf('%d (%s)', id, kind) FROM chosen
    UNION ALL
    SELECT 2, 'experiment', experiment FROM chosen
    UNION ALL
    SELECT 3, 'seed', seed FROM chosen
    UNION ALL
    SELECT
        4,
        'dataset',
        printf('%s, version %d, %s of %s', dataset_name, version, :rows, shape)
    FROM chosen
    UNION ALL
    SELECT 5, 'dataset hash', hash FROM chosen
    UNION ALL
    SELECT 6, part || ' file', printf('%s, %,d rows, SHA-256 %s', name, rows, sha256)
    FROM source_file
    WHERE dataset = (SELECT dataset FROM chosen)
    UNION ALL
    SELECT
        7,
        'split',
        method || coalesce(', ' || fraction || ' to validation', '')
            || coalesce(', ' || folds || ' folds', '') || coalesce(', fold ' || fold, '')
            || ', seed ' || split.seed
    FROM chosen
    JOIN split ON split.id = chosen.split
    UNION ALL
    SELECT 8, 'input hash', input_hash FROM chosen
    UNION ALL
    SELECT 9, checkpoint.kind || ' weights', printf('after epoch %d, SHA-256 %s', epoch, sha256)
    FROM checkpoint
    WHERE run = :run
    UNION ALL
    SELECT
        9,
        checkpoint.kind || ' weights of fold ' || run.fold,
        printf('run %d, after epoch %d, SHA-256 %s', run.id, epoch, sha256)
    FROM run
    JOIN checkpoint ON checkpoint.run = run.id
    WHERE run.parent = :run
    UNION ALL
    SELECT 9, 'member', printf('run %d, weight %.4f, input hash %s', run.id, weight, input_hash)
    FROM member
    JOIN run ON run.id = member.run
    WHERE committee = :run
    UNION ALL
    SELECT 10, 'started', replace(substr(started_at, 1, 19), 'T', ' ') || ' UTC' FROM chosen
    UNION ALL
    SELECT 11, 'ended', replace(substr(ended_at, 1, 19), 'T', ' ') || ' UTC' FROM chosen
    UNION ALL
    SELECT 12, 'message', message FROM chosen WHERE message IS NOT NULL
    UNION ALL
    SELECT 13, 'program', printf('Pixelmill %s, SHA-256 %s', program, program_hash) FROM chosen
    UNION ALL
    SELECT
        14,
        'git commit',
        coalesce(git_commit || iif(git_diff IS NULL, '', ' with changes, SHA-256 ' || git_diff),
                 'none (not in a git checkout)')
    FROM chosen
    UNION ALL
    SELECT 15, 'compiler', compiler FROM chosen
    UNION ALL
    SELECT 16, 'CPU', printf('%s, %d threads, %s kernels', cpu, threads, isa) FROM chosen
    UNION ALL
    SELECT 17, 'BLAS', blas FROM chosen
    UNION ALL
    SELECT 18, 'machine', host FROM chosen
    UNION ALL
    SELECT 19, 'note', note FROM chosen WHERE note IS NOT NULL
)
SELECT
    name,
    value
FROM fact
ORDER BY place;

-- right: the images of a class that a run read correctly, on the part on which it was judged.
SELECT prediction.image AS image
FROM prediction
JOIN image ON image.id = prediction.image
WHERE prediction.run = :run
  AND prediction.class = :class
  AND image.class = prediction.class
  AND image.part = iif(
      (SELECT max(part) FROM evaluation WHERE run = :run AND correct IS NOT NULL) = 'test',
      'test', 'train')
ORDER BY prediction.image;

-- runs: all runs for the page that links to their reports, the newest first. :reports is a JSON
-- array of the numbers of runs that have one.
SELECT
    iif(run IN (SELECT value FROM json_each(:reports)), 'run-' || run || '/report.html', NULL)
        AS link,
    run,
    iif(parent IS NULL, kind, 'fold ' || fold || ' of ' || parent) AS kind,
    experiment,
    dataset,
    seed,
    status,
    iif(kind = 'committee', NULL, epochs_done || ' of ' || epochs) AS epochs,
    iif(validation_images IS NULL, NULL, printf('%,d', validation_images)) AS "judged by",
    iif(validation_accuracy IS NULL, NULL, printf('%.3f %%', 100 * validation_accuracy)) AS accuracy,
    iif(standard_error IS NULL, NULL, printf('%.3f %%', 100 * standard_error)) AS standard_error,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS loss,
    printf('%.1f', duration) AS seconds,
    printf('%,d', parameters) AS parameters,
    replace(substr(started_at, 1, 16), 'T', ' ') AS started,
    coalesce(note, message, '') AS note
FROM run_summary
ORDER BY run DESC;

-- selected: what was chosen by the validation images, which then judge it too: a sentence.
WITH chosen (place, what) AS (
    SELECT
        CASE name
            WHEN 'checkpoint.monitor' THEN 1
            WHEN 'early_stopping.monitor' THEN 2
            ELSE 3
        END,
        CASE name
            WHEN 'checkpoint.monitor' THEN 'the epoch whose weights count'
            WHEN 'early_stopping.monitor' THEN 'when training stopped'
            ELSE 'when the learning rate fell'
        END
    FROM hyperparameter
    WHERE run = :run
      AND name IN ('checkpoint.monitor', 'early_stopping.monitor', 'reduce_lr.monitor')
      AND value <> 'none'
    UNION ALL
    SELECT 4, 'the members'' weights'
    FROM hyperparameter
    WHERE run = :run
      AND name = 'committee.weights'
      AND value = 'hill-climbing'
      AND EXISTS (SELECT * FROM member WHERE committee = :run)
    UNION ALL
    SELECT 5, 'the temperature'
    FROM hyperparameter
    WHERE run = :run
      AND name = 'committee.fitted_temperature'
)
SELECT
    CASE
        WHEN evaluation.run IS NULL
             AND EXISTS (
                 SELECT *
                 FROM evaluation AS scored
                 WHERE scored.run = :run
                   AND scored.correct IS NOT NULL) THEN
            'No training ' || rtrim(:rows, 's') || ' judges this run, but the test ' || :rows
                || ' have labels, which chose nothing: their figures are honest ones.'
        WHEN evaluation.run IS NULL THEN
            'Every labelled ' || rtrim(:rows, 's')
                || ' was trained on: no figure here judges this run.'
        WHEN EXISTS (SELECT * FROM chosen) THEN
            'The validation ' || :rows || ' have also chosen: '
                || (SELECT group_concat(what, ', ') FROM (SELECT what FROM chosen ORDER BY place))
                || '. So their figures flatter a little.'
        WHEN kind = 'committee' THEN
            'Nothing of the committee was chosen by the validation ' || :rows
                || '; of its members, see their own reports.'
        ELSE 'Nothing was chosen by the validation ' || :rows
            || ': their figures are honest ones.'
    END AS text
FROM run
LEFT JOIN evaluation ON evaluation.run = run.id AND part = 'validation'
WHERE id = :run;

-- settings: the settings in force in a run, defaults too, without the layers of its net.
SELECT
    name AS setting,
    value
FROM hyperparameter
WHERE run = :run
  AND name <> 'model.layers'
ORDER BY name;

-- submissions: the files that a run has made for the competition, the newest first. :root leads
-- from the page to the folder in which the pipeline runs.
SELECT
    iif(file LIKE '/%', '', :root) || file AS link,
    file,
    printf('%,d', rows) AS rows,
    replace(substr(created_at, 1, 19), 'T', ' ') AS made,
    public_score,
    private_score,
    iif(local_score IS NULL, NULL, printf('%.4f', local_score)) AS local_score,
    substr(sha256, 1, 16) || '…' AS "SHA-256"
FROM submission
WHERE run = :run
ORDER BY id DESC;

-- teacher: from whom a run has learnt, beside the labels: a sentence, where there is somebody; and
-- another one where the teacher knew labels of images that validate here: those that it has not
-- predicted, or all where it is made of folds.
WITH
judged (image) AS (
    SELECT prediction.image
    FROM prediction
    JOIN image ON image.id = prediction.image
    WHERE prediction.run = :run
      AND image.part = 'train'
),
taught AS (
    SELECT
        teacher.value AS teacher,
        share.value AS share,
        test.value = 'yes' AS test,
        run.id AS run,
        ifnull(run.experiment, 'deleted') AS experiment,
        'folds' IN (
            SELECT run.kind
            UNION ALL
            SELECT one.kind
            FROM member
            JOIN run AS one ON one.id = member.run
            WHERE member.committee = run.id
        ) AS folds
    FROM hyperparameter AS teacher
    JOIN hyperparameter AS share ON share.run = teacher.run AND share.name = 'teacher.share'
    JOIN hyperparameter AS test ON test.run = teacher.run AND test.name = 'teacher.test'
    LEFT JOIN run ON run.id = teacher.value
    WHERE teacher.run = :run
      AND teacher.name = 'teacher.run'
      AND teacher.value > 0
)
SELECT
    'It was taught by run ' || teacher || ' (' || experiment
        || '): the targets of training ' || :rows || ' are to ' || CAST(round(100 * share) AS INTEGER)
        || ' % what that run predicts of them'
        || iif(test,
               ', and the test ' || :rows
                   || ' were trained on with its predictions as targets (pseudo-labels).',
               '. No test ' || rtrim(:rows, 's') || ' was trained on.')
        || iif(EXISTS (
                   SELECT *
                   FROM judged
                   WHERE taught.run IS NOT NULL
                     AND (taught.folds OR NOT EXISTS (
                         SELECT *
                         FROM prediction
                         WHERE prediction.run = taught.run
                           AND prediction.image = judged.image))),
               ' That run knew labels of ' || :rows
                   || ' that validate here, so validation flatters.',
               '') AS text
FROM taught;

-- training_json: training_summary.json: how a training went, in short.
WITH
step AS (
    SELECT *
    FROM history
    WHERE run = :run
),
ends AS (
    SELECT
        max(epoch) AS last,
        max(iif(best, epoch, NULL)) AS best,
        min(validation_loss) AS least_validation_loss,
        max(validation_accuracy) AS greatest_validation_accuracy,
        min(train_loss) AS least_train_loss,
        max(train_accuracy) AS greatest_train_accuracy,
        avg(seconds) AS epoch_seconds
    FROM step
)
SELECT json_object(
    'run', run.run,
    'experiment', run.experiment,
    'status', run.status,
    'duration_seconds', run.duration,
    'epochs_done', run.epochs_done,
    'epochs_asked', run.epochs,
    'stopped_early', json(CASE run.stopped_early WHEN 1 THEN 'true' WHEN 0 THEN 'false' END),
    'seconds_per_epoch', ends.epoch_seconds,
    'images_per_second', run.images_per_second,
    'best_epoch', run.best_epoch,
    'best', json_object(
        'validation_loss', ends.least_validation_loss,
        'validation_loss_epoch', (
            SELECT min(epoch) FROM step WHERE validation_loss = ends.least_validation_loss),
        'validation_accuracy', ends.greatest_validation_accuracy,
        'validation_accuracy_epoch', (
            SELECT min(epoch) FROM step
            WHERE validation_accuracy = ends.greatest_validation_accuracy),
        'train_loss', ends.least_train_loss,
        'train_loss_epoch', (SELECT min(epoch) FROM step WHERE train_loss = ends.least_train_loss),
        'train_accuracy', ends.greatest_train_accuracy,
        'train_accuracy_epoch', (
            SELECT min(epoch) FROM step WHERE train_accuracy = ends.greatest_train_accuracy)),
    'final', (
        SELECT json_object(
            'epoch', epoch,
            'validation_loss', validation_loss,
            'validation_accuracy', validation_accuracy,
            'train_loss', train_loss,
            'train_accuracy', train_accuracy)
        FROM step
        WHERE epoch = ends.last),
    'learning_rate', json_object(
        'first', (SELECT learning_rate FROM step ORDER BY epoch LIMIT 1),
        'last', (SELECT learning_rate FROM step ORDER BY epoch DESC LIMIT 1),
        'changes', (
            SELECT json_group_array(json_object('epoch', epoch, 'learning_rate', learning_rate))
            FROM (
                SELECT
                    epoch,
                    learning_rate,
                    lag(learning_rate) OVER (ORDER BY epoch) AS before
                FROM step)
            WHERE before <> learning_rate)),
    'overfitting_gap', (
        SELECT json_object(
            'epoch', epoch,
            'accuracy', train_accuracy - validation_accuracy,
            'loss', validation_loss - train_loss)
        FROM step
        WHERE epoch = ifnull(ends.best, ends.last))) AS json
FROM run_summary AS run
JOIN ends
WHERE run.run = :run;
