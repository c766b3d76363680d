-- find_dataset: the dataset of that name that was made of the same files, read the same way, if
-- there is one.
SELECT
    id,
    version,
    version = (SELECT max(version) FROM dataset WHERE name = :name) AS is_newest
FROM dataset
WHERE name = :name
  AND hash = :hash;

-- insert_class: appends a class.
INSERT INTO class (dataset, class, label)
VALUES (:dataset, :class, :label);

-- insert_dataset: appends a version of a dataset.
INSERT INTO dataset (
    name, version, height, width, channels, hash, created_at, kind, format, low, high, zero, one
)
VALUES (
    :name, :version, :height, :width, :channels, :hash, :created_at, :kind, :format, :low, :high,
    :zero, :one
);

-- insert_input: appends what a number of a table's rows is.
INSERT INTO input (dataset, input, name, value)
VALUES (:dataset, :input, :name, :value);

-- insert_image: appends an image, or a row of a table.
INSERT INTO image (dataset, part, row, external_id, class, pixels)
VALUES (:dataset, :part, :row, :external_id, :class, :pixels);

-- insert_source_file: appends a file that was read.
INSERT INTO source_file (dataset, part, name, sha256, bytes, rows, header, ingested_at, reading)
VALUES (:dataset, :part, :name, :sha256, :bytes, :rows, :header, :ingested_at, :reading);

-- insert_submission_column: appends a column of the dataset's submissions.
INSERT INTO submission_column (dataset, position, name, kind, class)
VALUES (:dataset, :position, :name, :kind, :class);

-- next_version: the number of a dataset's next version.
SELECT ifnull(max(version), 0) + 1 AS version
FROM dataset
WHERE name = :name;

-- renew_dataset: gives an older version of a dataset a new number.
UPDATE dataset
SET version = :version
WHERE id = :dataset;
