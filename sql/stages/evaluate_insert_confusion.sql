-- Records how often a run predicted one class where another, or the same, was right.
INSERT INTO confusion (run, part, actual, predicted, count)
VALUES (:run, :part, :actual, :predicted, :count);
