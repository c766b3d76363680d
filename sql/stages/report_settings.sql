-- The settings in force in a run, defaults too, without the layers of its net.
SELECT
    name AS setting,
    value
FROM hyperparameter
WHERE run = :run
  AND name <> 'model.layers'
ORDER BY name;
