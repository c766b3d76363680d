-- A run that a committee asks.
INSERT INTO member (committee, run, weight)
VALUES (:committee, :run, :weight);
