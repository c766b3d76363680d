-- The learning curve of a run: validation loss, or where there is none the training loss; of a
-- folds run, the mean over its folds.
SELECT avg(ifnull(validation_loss, train_loss))
FROM epoch
WHERE run = :run
   OR run IN (SELECT fold.id FROM run AS fold WHERE fold.parent = :run)
GROUP BY epoch
ORDER BY epoch;
