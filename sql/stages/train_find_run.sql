-- A run of just these inputs that is finished, or else one that can be resumed. A run of one fold
-- may be free, or of this parent (0: of any).
SELECT
    id,
    status
FROM run
WHERE input_hash = :input_hash
  AND kind <> 'committee'
  AND status IN ('finished', 'interrupted', 'crashed')
  AND (:parent = 0 OR ifnull(parent, :parent) = :parent)
ORDER BY
    status = 'finished' DESC,
    id DESC
LIMIT 1;
