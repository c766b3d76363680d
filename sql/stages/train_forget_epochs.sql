-- What a crashed run wrote after the checkpoint that it is resumed from.
DELETE FROM epoch
WHERE run = :run
  AND epoch > :epoch;
