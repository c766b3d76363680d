-- Where all trials of a rung have come to their end, the best of its configurations, one of
-- `halving`, go on to the next rung with all their seeds and folds and `halving` times the epochs.
-- The mean over seeds and folds decides; a configuration with a failed trial stays behind.
INSERT INTO trial (sweep, configuration, rung, epochs, seed, fold)
SELECT
    trial.sweep,
    trial.configuration,
    trial.rung + 1,
    trial.epochs * sweep.halving,
    trial.seed,
    trial.fold
FROM trial
JOIN sweep ON sweep.id = trial.sweep
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
              row_number() OVER (ORDER BY avg(badness), configuration) AS place,
              count(*) OVER () AS configurations,
              max(halving) AS halving
          FROM trial_result
          WHERE sweep = :sweep
            AND rung = :rung
          GROUP BY configuration
          HAVING count(badness) = count(*)
      )
      WHERE place <= max(1, configurations / halving)
  )
ORDER BY trial.id;
