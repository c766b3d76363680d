-- What a configuration of a sweep sets.
INSERT INTO sweep_value (sweep, configuration, name, value)
VALUES (:sweep, :configuration, :name, :value);
