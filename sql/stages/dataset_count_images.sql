-- How many images a part has.
SELECT count(*)
FROM image
WHERE dataset = :dataset
  AND part = :part;
