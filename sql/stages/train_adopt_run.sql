-- A training becomes a fold of another run.
UPDATE run
SET parent = :parent
WHERE id = :run
  AND parent IS NULL;
