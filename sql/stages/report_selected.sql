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
SELECT
    CASE
        WHEN evaluation.run IS NULL THEN
            'Every labelled image was trained on: no figure here judges this run.'
        WHEN EXISTS (SELECT * FROM chosen) THEN
            'The validation images have also chosen: '
                || (SELECT group_concat(what, ', ') FROM (SELECT what FROM chosen ORDER BY place))
                || '. So their figures flatter a little.'
        WHEN kind = 'committee' THEN
            'Nothing of the committee was chosen by the validation images; of its members, see '
                || 'their own reports.'
        ELSE 'Nothing was chosen by the validation images: their figures are honest ones.'
    END
FROM run
LEFT JOIN evaluation ON evaluation.run = run.id AND part = 'validation'
WHERE id = :run;
