-- training_summary.json: how a training went, in short.
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
        WHERE epoch = ifnull(ends.best, ends.last)))
FROM run_summary AS run
JOIN ends
WHERE run.run = :run;
