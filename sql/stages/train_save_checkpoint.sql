-- Weights of a run, in place of the earlier ones of that kind.
INSERT INTO checkpoint (run, kind, epoch, sha256, weights, state)
VALUES (:run, :kind, :epoch, :sha256, :weights, :state)
ON CONFLICT (run, kind) DO UPDATE
SET epoch = excluded.epoch,
    sha256 = excluded.sha256,
    weights = excluded.weights,
    state = excluded.state;
