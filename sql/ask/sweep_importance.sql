-- How much each hyperparameter of a sweep matters beside the noise of the seeds (sweep=: the newest).
WITH
-- The objective of each trial of the first rung, in which all configurations are.
result AS (
    SELECT
        sweep,
        configuration,
        badness
    FROM trial_result
    WHERE sweep = coalesce(:sweep, (SELECT max(id) FROM sweep))
      AND rung = 1
      AND badness IS NOT NULL
),
-- A hyperparameter with more than six values is looked at in four groups of equal size.
placed AS (
    SELECT
        name,
        configuration,
        value,
        dense_rank() OVER (PARTITION BY name ORDER BY value) AS rank
    FROM sweep_value
    WHERE sweep = (SELECT max(sweep) FROM result)
      AND configuration IN (SELECT configuration FROM result)
),
spread AS (
    SELECT
        *,
        max(rank) OVER (PARTITION BY name) AS ranks
    FROM placed
),
grouped AS (
    SELECT
        name,
        configuration,
        value,
        iif(ranks > 6, (rank - 1) * 4 / ranks + 1, rank) AS level
    FROM spread
),
total AS (
    SELECT
        count(*) AS n,
        avg(badness) AS mean,
        sum(badness * badness) - count(*) * avg(badness) * avg(badness) AS squares
    FROM result
),
-- Trials of one configuration differ by their seeds and folds only.
noise AS (
    SELECT
        sum(squares) AS squares,
        sum(n - 1) AS freedom
    FROM (
        SELECT
            count(*) AS n,
            sum(badness * badness) - count(*) * avg(badness) * avg(badness) AS squares
        FROM result
        GROUP BY configuration
    )
),
level AS (
    SELECT
        name,
        level,
        min(value) AS least,
        max(value) AS greatest,
        count(*) AS n,
        avg(badness) AS mean
    FROM grouped
    JOIN result USING (configuration)
    GROUP BY
        name,
        level
),
between_levels AS (
    SELECT
        name,
        count(*) AS levels,
        sum(level.n * (level.mean - total.mean) * (level.mean - total.mean)) AS squares
    FROM level, total
    GROUP BY name
)
SELECT
    name AS hyperparameter,
    levels,
    (SELECT iif(least = greatest, least, least || ' .. ' || greatest)
     FROM level
     WHERE level.name = between_levels.name
     ORDER BY mean
     LIMIT 1) AS best,
    round(between_levels.squares / nullif(total.squares, 0), 3) AS explained,
    round(1.0 * (levels - 1) / nullif(total.n - 1, 0), 3) AS by_chance,
    round(noise.squares / nullif(total.squares, 0), 3) AS seed_noise,
    round(between_levels.squares / nullif(levels - 1, 0)
          / nullif(noise.squares / nullif(noise.freedom, 0), 0), 1) AS f
FROM between_levels, total, noise
ORDER BY
    explained DESC,
    name;
