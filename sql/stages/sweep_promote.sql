-- Where all trials of a rung have come to their end, the best of its configurations, one of
-- `halving`, go on to the next rung: with `halving` times the epochs, or, where trials have no
-- epochs of their own, with all folds of the split (those that are trained already are found, not
-- trained again). The mean over seeds and folds decides; a configuration with a failed trial stays
-- behind. The experiment as it is goes on to all folds in any case, for the others to be compared.
WITH RECURSIVE
fold (fold, folds) AS (
    SELECT 0, max(split.folds)
    FROM trial
    JOIN run ON run.id = trial.run
    JOIN split ON split.id = run.split
    WHERE trial.sweep = :sweep
      AND trial.epochs IS NULL
    UNION ALL
    SELECT fold + 1, folds
    FROM fold
    WHERE fold + 1 < folds
)
INSERT INTO trial (sweep, configuration, rung, epochs, seed, fold)
SELECT DISTINCT
    trial.sweep,
    trial.configuration,
    trial.rung + 1,
    trial.epochs * sweep.halving,
    trial.seed,
    iif(trial.epochs IS NULL, fold.fold, trial.fold) AS validating
FROM trial
JOIN sweep ON sweep.id = trial.sweep
CROSS JOIN fold ON trial.epochs IS NULL OR fold.fold = 0
WHERE trial.sweep = :sweep
  AND trial.rung = :rung
  AND trial.rung < sweep.rungs
  AND NOT EXISTS (
      SELECT 1
      FROM trial AS other
      WHERE other.sweep = :sweep
        AND (other.rung > :rung
             OR (other.rung = :rung AND other.state IN ('waiting', 'running')))
  )
  AND trial.configuration IN (
      SELECT configuration
      FROM (
          SELECT
              configuration,
              row_number() OVER (ORDER BY avg(badness), avg(validation_loss), configuration)
                  AS place,
              count(*) OVER () AS configurations,
              max(halving) AS halving
          FROM trial_result
          WHERE sweep = :sweep
            AND rung = :rung
          GROUP BY configuration
          HAVING count(badness) = count(*)
      )
      WHERE place <= max(1, configurations / halving)
         OR (trial.epochs IS NULL
             AND configuration NOT IN (
                 SELECT configuration FROM sweep_value WHERE sweep = :sweep))
  )
ORDER BY
    trial.configuration,
    trial.seed,
    validating;
