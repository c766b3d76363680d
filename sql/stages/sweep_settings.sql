-- What a configuration sets, as section.key=value.
SELECT name || '=' || value
FROM sweep_value
WHERE sweep = :sweep
  AND configuration = :configuration
ORDER BY name;
