-- Appends a class.
INSERT INTO class (dataset, class, label)
VALUES (:dataset, :class, :label);
