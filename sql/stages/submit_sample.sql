-- The header that the competition's sample submission prescribes, and its number of rows.
SELECT
    header,
    rows,
    name
FROM source_file
WHERE dataset = :dataset
  AND part = 'sample';
