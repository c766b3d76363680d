-- Whether an epoch of a run came out with just these figures.
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
