-- Appends an image.
INSERT INTO image (dataset, part, row, external_id, class, pixels)
VALUES (:dataset, :part, :row, :external_id, :class, :pixels);
