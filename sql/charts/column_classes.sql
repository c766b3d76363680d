-- The spread of a table's columns in each class: the few of which the class tells most, with
-- quantiles in standard deviations from the mean of the training rows (columns=: what the program
-- report has found of each number of a row, a JSON array; run=).
SELECT
    json_each.value ->> 'place' - 1 AS place,
    class.class,
    iif(length(name) > 24, substr(name, 1, 11) || '…' || substr(name, -12), name) AS column,
    100 * (json_each.value ->> 'told') AS told,
    iif(length(label) > 24, substr(label, 1, 11) || '…' || substr(label, -12), label) AS label,
    ((spread.value ->> 0) - (json_each.value ->> 'mean')) / (json_each.value ->> 'deviation') AS p5,
    ((spread.value ->> 1) - (json_each.value ->> 'mean')) / (json_each.value ->> 'deviation') AS p25,
    ((spread.value ->> 2) - (json_each.value ->> 'mean')) / (json_each.value ->> 'deviation') AS p50,
    ((spread.value ->> 3) - (json_each.value ->> 'mean')) / (json_each.value ->> 'deviation') AS p75,
    ((spread.value ->> 4) - (json_each.value ->> 'mean')) / (json_each.value ->> 'deviation') AS p95
FROM json_each(:columns)
JOIN json_each(json_each.value, '$.spread') AS spread
JOIN input ON input.input = json_each.key + 1
JOIN class ON class.dataset = input.dataset AND class.class = spread.key
WHERE input.dataset = (SELECT dataset FROM run WHERE id = coalesce(:run, (SELECT max(id) FROM run)))
  AND spread.value IS NOT NULL
ORDER BY
    place,
    class.class;
