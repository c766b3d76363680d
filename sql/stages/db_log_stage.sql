-- Appends a row to the log of stages.
INSERT INTO stage (stage, dataset, run, arguments, ended_at, seconds, result)
VALUES (:stage, :dataset, :run, :arguments, :ended_at, :seconds, :result);
