-- Where a run can be taken up again, and its best weights so far.
SELECT
    last.epoch,
    last.weights,
    last.state,
    r.status
FROM run AS r
LEFT JOIN checkpoint AS last ON last.run = r.id AND last.kind = 'last'
WHERE r.id = :run;
