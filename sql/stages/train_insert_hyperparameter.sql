-- One value in force in a run.
INSERT INTO hyperparameter (run, name, value)
VALUES (:run, :name, :value);
