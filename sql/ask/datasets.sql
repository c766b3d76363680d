-- The datasets and the files that they were read from.
SELECT
    dataset.name AS dataset,
    dataset.version AS version,
    printf('%d×%d×%d', height, width, channels) AS shape,
    (SELECT count(*) FROM class WHERE class.dataset = dataset.id) AS classes,
    source_file.part AS part,
    source_file.name AS file,
    source_file.rows AS rows,
    source_file.bytes AS bytes,
    substr(source_file.sha256, 1, 12) AS sha256,
    replace(substr(source_file.ingested_at, 1, 19), 'T', ' ') AS ingested
FROM dataset
LEFT JOIN source_file ON source_file.dataset = dataset.id
ORDER BY
    dataset.name,
    dataset.version,
    source_file.part DESC;
