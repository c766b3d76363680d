-- The split of a dataset that an experiment asks for.
SELECT id
FROM split
WHERE dataset = :dataset
  AND method = :method
  AND seed = :seed
  AND fraction IS :fraction
  AND folds IS :folds;
