-- Appends a split.
INSERT INTO split (dataset, method, seed, fraction, folds, created_at)
VALUES (:dataset, :method, :seed, :fraction, :folds, :created_at);
