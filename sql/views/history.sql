CREATE VIEW history AS
-- How a training went; one row a run and epoch. To be read with ORDER BY epoch.
SELECT
    epoch.run AS run,                       -- its number
    epoch.epoch AS epoch,                   -- 1, 2, ...
    learning_rate,                          -- at its end
    train_loss,                             -- mean over the epoch's steps; NULL: not a number
    train_accuracy,                         -- 0 to 1
    validation_loss,                        -- NULL where there is no validation, or not a number
    validation_accuracy,                    -- 0 to 1; NULL where there is no validation
    average_loss,                           -- on validation, by the averaged weights; NULL where none are kept
    average_accuracy,                       -- 0 to 1; NULL where none are kept
    epoch.epoch IS run.best_epoch AS best,  -- 1: the weights that count are of this epoch
    seconds,                                -- wall time, validation included
    images_per_second,                      -- of the training steps
    epoch.ended_at AS ended_at              -- UTC
FROM epoch
JOIN run ON run.id = epoch.run;
