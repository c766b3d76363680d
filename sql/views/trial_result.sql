CREATE VIEW trial_result AS
-- What came of the trials of sweeps; one row a trial. The less badness, the better. Loss and
-- accuracy are those of the weights that count, so of a run's best epoch, and of the averaged
-- weights where it keeps them; of a run that is under way, those of its last epoch so far.
WITH
trained AS (
    SELECT
        trial.*,
        (SELECT max(epoch.epoch)
         FROM epoch
         WHERE epoch.run = trial.run
           AND epoch.epoch <= ifnull(run.best_epoch, epoch.epoch)) AS counts
    FROM trial
    LEFT JOIN run ON run.id = trial.run
)
SELECT
    trained.id AS trial,                    -- its id in the database
    trained.sweep AS sweep,                 -- its id in the database
    trained.configuration AS configuration, -- 1, 2, ... within the sweep
    ifnull((
        SELECT group_concat(name || '=' || value, ', ')
        FROM (SELECT name, value
              FROM sweep_value
              WHERE sweep_value.sweep = trained.sweep
                AND sweep_value.configuration = trained.configuration
              ORDER BY name)
    ), 'as it is') AS settings,             -- of that configuration
    trained.rung AS rung,                   -- 1 .. rungs; a higher one has more epochs or folds
    trained.epochs AS epochs,               -- of its rung; NULL: as its experiment and settings say
    sweep.halving AS halving,               -- NULL: no halving
    trained.seed AS seed,                   -- of the training
    trained.fold AS fold,                   -- that validates; NULL for a fraction
    trained.state AS state,                 -- waiting, running, done, failed
    trained.run AS run,                     -- NULL until it is done
    trained.message AS message,             -- why it failed
    coalesce(epoch.average_loss, epoch.validation_loss)
        AS validation_loss,                 -- of the weights that count
    coalesce(epoch.average_accuracy, epoch.validation_accuracy)
        AS validation_accuracy,             -- of the weights that count
    iif(trained.state <> 'done', NULL,
        iif(sweep.objective = 'validation_loss',
            coalesce(epoch.average_loss, epoch.validation_loss),
            1 - coalesce(epoch.average_accuracy, epoch.validation_accuracy)))
        AS badness,                         -- by the sweep's objective: loss, or share of errors
    (SELECT sum(seconds) FROM epoch WHERE epoch.run = trained.run)
        AS seconds                          -- of all its epochs
FROM trained
JOIN sweep ON sweep.id = trained.sweep
LEFT JOIN epoch ON epoch.run = trained.run AND epoch.epoch = trained.counts;
