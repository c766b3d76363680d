-- The most probable classes of a JSON array of probabilities.
SELECT
    label,
    json_each.value
FROM json_each(:probabilities)
JOIN class ON class.dataset = :dataset AND class.class = json_each.key
ORDER BY
    json_each.value DESC,
    json_each.key
LIMIT :limit;
