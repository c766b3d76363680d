-- How far the means of a table's columns lie apart in test and in train, in standard deviations of the
-- training rows: those farthest apart (columns=: what the program report has found of each number of
-- a row, a JSON array; run=; limit=20).
SELECT
    row_number() OVER (ORDER BY abs(json_each.value ->> 'drift') DESC, input.input) - 1 AS place,
    iif(length(name) > 24, substr(name, 1, 11) || '…' || substr(name, -12), name)
        || ifnull(' = ' || iif(length(input.value) > 12, substr(input.value, 1, 11) || '…', input.value), '')
        AS column,
    json_each.value ->> 'drift' AS drift
FROM json_each(:columns)
JOIN input ON input.input = json_each.key + 1
WHERE dataset = (SELECT dataset FROM run WHERE id = coalesce(:run, (SELECT max(id) FROM run)))
  AND json_each.value ->> 'drift' IS NOT NULL
ORDER BY place
LIMIT coalesce(:limit, 20);
