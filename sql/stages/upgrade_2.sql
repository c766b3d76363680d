-- From version 1 to 2: averaged weights, in epochs and as checkpoints.
ALTER TABLE epoch ADD COLUMN average_loss REAL;
ALTER TABLE epoch ADD COLUMN average_accuracy REAL CHECK (average_accuracy BETWEEN 0 AND 1);
ALTER TABLE checkpoint RENAME TO old_checkpoint;
CREATE TABLE checkpoint (
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (kind IN ('best', 'average', 'last')),
    epoch       INTEGER NOT NULL CHECK (epoch >= 0),
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),
    weights     BLOB    NOT NULL,
    state       BLOB,
    PRIMARY KEY (run, kind)
) STRICT;
INSERT INTO checkpoint (run, kind, epoch, sha256, weights, state)
SELECT run, kind, epoch, sha256, weights, state
FROM old_checkpoint;
DROP TABLE old_checkpoint;
