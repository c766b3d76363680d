-- Appends a version of a dataset.
INSERT INTO dataset (name, version, height, width, channels, hash, created_at)
VALUES (:name, :version, :height, :width, :channels, :hash, :created_at);
