CREATE VIEW trial_result AS
-- What came of the trials of sweeps; one row a trial. The less badness, the better.
SELECT
    trial.id AS trial,                      -- its id in the database
    trial.sweep AS sweep,                   -- its id in the database
    trial.configuration AS configuration,   -- 1, 2, ... within the sweep
    (SELECT group_concat(name || '=' || value, ', ')
     FROM (SELECT name, value
           FROM sweep_value
           WHERE sweep_value.sweep = trial.sweep
             AND sweep_value.configuration = trial.configuration
           ORDER BY name)
    ) AS settings,                          -- of that configuration
    trial.rung AS rung,                     -- 1 .. rungs; a higher one trains for longer
    sweep.halving AS halving,               -- NULL: no halving
    trial.seed AS seed,                     -- of the training
    trial.fold AS fold,                     -- that validates; NULL for a fraction
    trial.state AS state,                   -- waiting, running, done, failed
    trial.run AS run,                       -- NULL until it is done
    trial.message AS message,               -- why it failed
    (SELECT min(validation_loss) FROM epoch WHERE epoch.run = trial.run)
        AS validation_loss,                 -- the least of its epochs
    (SELECT max(validation_accuracy) FROM epoch WHERE epoch.run = trial.run)
        AS validation_accuracy,             -- the greatest of its epochs
    (SELECT iif(sweep.objective = 'validation_loss', min(validation_loss),
                1 - max(validation_accuracy))
     FROM epoch
     WHERE epoch.run = trial.run AND trial.state = 'done')
        AS badness,                         -- by the sweep's objective: loss, or share of errors
    (SELECT sum(seconds) FROM epoch WHERE epoch.run = trial.run)
        AS seconds                          -- of all its epochs
FROM trial
JOIN sweep ON sweep.id = trial.sweep;
