CREATE VIEW column_input AS
-- What a number of a table's row is, and which column of the file it belongs to: the numbers of a
-- column of texts stand side by side.
SELECT
    dataset,                                -- its number
    input,                                  -- 1, 2, 3, ...: its place in a row
    name,                                   -- of the column
    value,                                  -- 1 where the column has this text; NULL: a column of numbers
    sum(begins) OVER (PARTITION BY dataset ORDER BY input) AS place -- of the column among those that are used, from 1
FROM (
    SELECT
        *,
        value IS NULL
            OR lag(value) OVER inputs IS NULL
            OR lag(name) OVER inputs <> name AS begins
    FROM input
    WINDOW inputs AS (PARTITION BY dataset ORDER BY input)
);
