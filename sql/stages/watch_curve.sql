-- The learning curve of a run: validation loss, or where there is none the training loss.
SELECT ifnull(validation_loss, train_loss)
FROM epoch
WHERE run = :run
ORDER BY epoch;
