-- The members of a committee with their weights, and the temperature that was fitted for it.
SELECT
    run,
    weight,
    ifnull((
        SELECT value
        FROM hyperparameter
        WHERE hyperparameter.run = :committee
          AND name = 'committee.fitted_temperature'), 1.0)
FROM member
WHERE committee = :committee
ORDER BY run;
