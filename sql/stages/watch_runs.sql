-- The runs to be watched: all that are running, or the one asked for. Figures of the last epoch, the
-- best ones so far, and how long an epoch takes.
SELECT
    run.id,
    run.experiment || ' seed ' || run.seed || ifnull(' fold ' || run.fold, ''),
    run.status,
    run.epochs,
    ifnull(last.epoch, 0),
    last.train_loss,
    last.validation_loss,
    last.validation_accuracy,
    (SELECT max(validation_accuracy) FROM epoch WHERE epoch.run = run.id),
    last.images_per_second,
    (SELECT avg(seconds) FROM epoch WHERE epoch.run = run.id),
    (julianday('now') - julianday(ifnull(last.ended_at, run.started_at))) * 86400,
    run.note
FROM run
LEFT JOIN epoch AS last
    ON last.run = run.id
   AND last.epoch = (SELECT max(epoch) FROM epoch WHERE epoch.run = run.id)
WHERE iif(:run IS NULL, run.status = 'running', run.id = :run)
ORDER BY run.id;
