-- A run of just these inputs that is finished, or else one that can be resumed.
SELECT
    id,
    status
FROM run
WHERE input_hash = :input_hash
  AND kind = 'training'
  AND status IN ('finished', 'interrupted', 'crashed')
ORDER BY
    status = 'finished' DESC,
    id DESC
LIMIT 1;
