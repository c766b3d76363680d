-- The committee of just these members and settings, if there is one.
SELECT max(id)
FROM run
WHERE input_hash = :input_hash
  AND kind = 'committee';
