-- The split that was made of a dataset in just this way, if there is one.
SELECT id
FROM split
WHERE dataset = :dataset
  AND method = :method
  AND seed = :seed
  AND fraction IS :fraction
  AND folds IS :folds;
