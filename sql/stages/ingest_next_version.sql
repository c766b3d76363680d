-- The number of a dataset's next version.
SELECT ifnull(max(version), 0) + 1
FROM dataset
WHERE name = :name;
