-- Records how a run does on a part.
INSERT INTO evaluation (run, part, images, loss, correct, seconds, evaluated_at)
VALUES (:run, :part, :images, :loss, :correct, :seconds, :evaluated_at);
