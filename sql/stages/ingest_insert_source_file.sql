-- Appends a file that was read.
INSERT INTO source_file (dataset, part, name, sha256, bytes, rows, header, ingested_at)
VALUES (:dataset, :part, :name, :sha256, :bytes, :rows, :header, :ingested_at);
