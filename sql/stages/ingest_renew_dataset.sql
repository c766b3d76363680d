-- Gives an older version of a dataset a new number.
UPDATE dataset
SET version = :version
WHERE id = :dataset;
