-- A trial of the first rung waits for a worker.
INSERT INTO trial (sweep, configuration, rung, epochs, seed, fold)
VALUES (:sweep, :configuration, 1, :epochs, :seed, :fold);
