-- From version 1 to 2: averaged weights, in epochs and as checkpoints. Renaming the table would
-- change the views that people have made over it; so its rows go to another one and come back.
ALTER TABLE epoch ADD COLUMN average_loss REAL;
ALTER TABLE epoch ADD COLUMN average_accuracy REAL CHECK (average_accuracy BETWEEN 0 AND 1);
CREATE TABLE kept_checkpoint AS
SELECT run, kind, epoch, sha256, weights, state
FROM checkpoint;
DROP TABLE checkpoint;
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
FROM kept_checkpoint;
DROP TABLE kept_checkpoint;
