-- by_id: a sweep as its workers need it.
SELECT
    sweep.experiment AS experiment,
    sweep.conf AS conf,
    sweep.dataset AS dataset,
    dataset.name AS name,
    sweep.rungs AS rungs,
    sweep.evaluate AS evaluate
FROM sweep
JOIN dataset ON dataset.id = sweep.dataset
WHERE sweep.id = :sweep;

-- claim: takes the next trial of a sweep out of the queue.
UPDATE trial
SET state = 'running',
    host = :host,
    attempts = attempts + 1
WHERE id = (
    SELECT id
    FROM trial
    WHERE sweep = :sweep
      AND state = 'waiting'
    ORDER BY
        rung DESC,
        id
    LIMIT 1
)
RETURNING
    id,
    configuration,
    rung,
    epochs,
    seed,
    fold,
    attempts;

-- end_trial: what came of a trial. One that was given back waits again, and was not tried.
UPDATE trial
SET state = :state,
    host = NULL,
    attempts = attempts - (:state = 'waiting' AND attempts < 2),
    run = :run,
    message = :message
WHERE id = :trial;

-- find: the sweep of just this text, if there is one.
SELECT id AS sweep
FROM sweep
WHERE text = :text
  AND conf = :conf
  AND dataset = :dataset
ORDER BY id DESC
LIMIT 1;

-- insert: a sweep begins.
INSERT INTO sweep (
    name, text, experiment, conf, dataset, objective, halving, rungs, evaluate, created_at
)
VALUES (
    :name, :text, :experiment, :conf, :dataset, :objective, :halving, :rungs, :evaluate, :created_at
);

-- insert_trial: a trial of the first rung waits for a worker.
INSERT INTO trial (sweep, configuration, rung, epochs, seed, fold)
VALUES (:sweep, :configuration, 1, :epochs, :seed, :fold);

-- insert_value: what a configuration of a sweep sets.
INSERT INTO sweep_value (sweep, configuration, name, value)
VALUES (:sweep, :configuration, :name, :value);

-- line: what came of a trial, as a line of text.
SELECT printf(
    'trial %d%s: %s, seed %d%s: %s',
    trial,
    iif(halving IS NULL, '', printf(' (rung %d)', rung)),
    settings,
    seed,
    ifnull(', fold ' || fold, ''),
    iif(state = 'done',
        printf('run %d, validation loss %.4f, accuracy %.2f %%', run, validation_loss,
               100 * validation_accuracy),
        ifnull(message, state))) AS line
FROM trial_result
WHERE trial = :trial;

-- promote: where all trials of a rung have come to their end, the best of its configurations, one
-- of `halving`, go on to the next rung: with `halving` times the epochs, or, where trials have no
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

-- report: how a sweep stands, as a line of text; the best configuration is that of the best mean.
SELECT printf(
    'sweep %d: %d of %d trials done%s%s',
    :sweep,
    count(*) FILTER (WHERE state = 'done'),
    count(*),
    iif(count(*) FILTER (WHERE state = 'failed'),
        printf(', %d failed', count(*) FILTER (WHERE state = 'failed')), ''),
    ifnull((
        SELECT printf('; best: %s (%s, validation loss %.4f, accuracy %.2f %%)', settings,
                      iif(count(*) = 1, 'run ' || run, 'mean of ' || count(*) || ' runs'),
                      avg(validation_loss), 100 * avg(validation_accuracy))
        FROM trial_result
        WHERE sweep = :sweep
          AND badness IS NOT NULL
        GROUP BY
            configuration,
            rung
        ORDER BY
            rung DESC,
            avg(badness),
            avg(validation_loss)
        LIMIT 1
    ), '')) AS line
FROM trial
WHERE sweep = :sweep;

-- retry: failed trials wait for a worker again.
UPDATE trial
SET state = 'waiting',
    host = NULL,
    attempts = 0,
    message = NULL
WHERE sweep = :sweep
  AND state = 'failed';

-- running: how many trials of a sweep are being trained.
SELECT count(*) AS trials
FROM trial
WHERE sweep = :sweep
  AND state = 'running';

-- settings: what a configuration sets, as section.key=value.
SELECT name || '=' || value AS setting
FROM sweep_value
WHERE sweep = :sweep
  AND configuration = :configuration
ORDER BY name;
