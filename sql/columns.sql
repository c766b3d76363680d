-- Every column of the tables and then of the views: kind|name|column|type.
SELECT
    thing.type,
    thing.name,
    column.name,
    iif(thing.type = 'table', column.type, '')
FROM sqlite_schema AS thing
JOIN pragma_table_info(thing.name) AS column
WHERE thing.type IN ('table', 'view')
  AND thing.name NOT LIKE 'sqlite_%'
ORDER BY
    thing.type,
    iif(thing.type = 'table', thing.rowid, 0),
    thing.name,
    column.cid;
