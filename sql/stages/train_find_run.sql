-- A run of just these inputs that is finished, or else one that can be resumed.
SELECT
    r.id,
    r.status
FROM run AS r
WHERE r.input_hash = :input_hash
  AND (r.status = 'finished'
       OR (r.status IN ('interrupted', 'crashed')
           AND EXISTS (SELECT 1
                       FROM checkpoint AS c
                       WHERE c.run = r.id
                         AND c.kind = 'last'
                         AND c.state IS NOT NULL)))
ORDER BY
    r.status = 'finished' DESC,
    r.id DESC
LIMIT 1;
