-- The best weights, where they are from after the checkpoint that the run is resumed from.
DELETE FROM checkpoint
WHERE run = :run
  AND kind = 'best'
  AND epoch > :epoch;
