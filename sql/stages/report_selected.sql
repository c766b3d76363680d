-- What was chosen by the validation images, which then judge it too: a sentence.
WITH chosen (place, what) AS (
    SELECT
        CASE name
            WHEN 'checkpoint.monitor' THEN 1
            WHEN 'early_stopping.monitor' THEN 2
            ELSE 3
        END,
        CASE name
            WHEN 'checkpoint.monitor' THEN 'the epoch whose weights count'
            WHEN 'early_stopping.monitor' THEN 'when training stopped'
            ELSE 'when the learning rate fell'
        END
    FROM hyperparameter
    WHERE run = :run
      AND name IN ('checkpoint.monitor', 'early_stopping.monitor', 'reduce_lr.monitor')
      AND value <> 'none'
    UNION ALL
    SELECT 4, 'the members'' weights'
    FROM hyperparameter
    WHERE run = :run
      AND name = 'committee.weights'
      AND value = 'hill-climbing'
      AND EXISTS (SELECT * FROM member WHERE committee = :run)
    UNION ALL
    SELECT 5, 'the temperature'
    FROM hyperparameter
    WHERE run = :run
      AND name = 'committee.fitted_temperature'
)
SELECT ifnull(
    'The validation images have also chosen: '
        || (SELECT group_concat(what, ', ') FROM (SELECT what FROM chosen ORDER BY place))
        || '. So their figures flatter a little.',
    iif(kind = 'committee',
        'Nothing of the committee was chosen by the validation images; of its members, see their own '
            || 'reports.',
        'Nothing was chosen by the validation images: their figures are honest ones.'))
FROM run
JOIN evaluation ON evaluation.run = run.id AND part = 'validation'
WHERE id = :run;
