-- The tables of a Pixelmill database.
--
-- Facts are tables; whatever can be computed from them is a view (views.sql), and the views are the
-- public interface. Times are UTC as text, 2026-01-31T12:34:56.789Z, so that they sort and read well.

CREATE TABLE dataset (           -- one competition's data; a changed source file makes a new version
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL CHECK (name <> ''),
    version     INTEGER NOT NULL CHECK (version >= 1),  -- 1, 2, ... of that name, the highest is in use; rises again when older files come back
    height      INTEGER NOT NULL CHECK (height > 0),    -- pixels
    width       INTEGER NOT NULL CHECK (width > 0),     -- pixels
    channels    INTEGER NOT NULL CHECK (channels > 0),
    hash        TEXT    NOT NULL CHECK (length(hash) = 64),  -- SHA-256 over its source files' SHA-256 and how they were read
    created_at  TEXT    NOT NULL,
    kind        TEXT    NOT NULL DEFAULT 'images' CHECK (kind IN ('images', 'table')),  -- table: a row is 1 x 1 x channels numbers
    format      TEXT    NOT NULL DEFAULT 'bytes' CHECK (format IN ('bytes', 'floats')),  -- of image.pixels: a byte, or 4 bytes (IEEE 754, little-endian), a value
    low         REAL,                                   -- the least value in the training file, NULL: not known
    high        REAL,                                   -- and the greatest
    zero        REAL    NOT NULL DEFAULT 0,             -- a net sees (value - zero) / (one - zero)
    one         REAL    NOT NULL DEFAULT 255,           -- of a table 1: its net begins with standardize
    UNIQUE (name, version),
    UNIQUE (name, hash)
) STRICT;

CREATE TABLE input (             -- what the numbers of a table's rows are; a dataset of images has none
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    input       INTEGER NOT NULL CHECK (input >= 1),    -- 1 .. channels, its place in image.pixels
    name        TEXT    NOT NULL,                       -- of the column, or its number where the file has no header
    value       TEXT,                                   -- of a column of texts: 1 where it is this one, else 0; NULL: a column of numbers
    PRIMARY KEY (dataset, input)
) STRICT, WITHOUT ROWID;

CREATE TABLE submission_column ( -- what a submission is made of; without rows: ImageId,Label
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 1), -- from the left
    name        TEXT,                                   -- in the header; NULL: there is no header
    kind        TEXT    NOT NULL CHECK (kind IN ('id', 'label', 'probability')),
    class       INTEGER,                                -- whose probability; NULL: of the greater of two labels, or no probability
    PRIMARY KEY (dataset, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE class (             -- what an image can be: the labels as they stand in the file, in order
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    class       INTEGER NOT NULL CHECK (class >= 0),    -- 0 .. classes - 1, the index of the net's output
    label       TEXT    NOT NULL,                       -- as in the file: '7', 'A', 'Sandal'
    PRIMARY KEY (dataset, class),
    UNIQUE (dataset, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_file (       -- a file that was read into a dataset
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    part        TEXT    NOT NULL CHECK (part IN ('train', 'test', 'sample')),  -- sample: sample_submission.csv
    name        TEXT    NOT NULL,                       -- the file's name without its folder
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),    -- as on disk, before decompression
    rows        INTEGER NOT NULL CHECK (rows >= 0),     -- without the header
    header      TEXT,                                   -- first line; NULL where the file has none
    ingested_at TEXT    NOT NULL,
    reading     TEXT,                                   -- how it was read, in one line; NULL: not known
    UNIQUE (dataset, part)
) STRICT;

CREATE TABLE image (             -- one row of a source file
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    part        TEXT    NOT NULL CHECK (part IN ('train', 'test')),
    row         INTEGER NOT NULL CHECK (row >= 1),      -- 1 is the first row after the header
    external_id TEXT,                                   -- the competition's id; NULL: the row number
    class       INTEGER,                                -- NULL where the file has no label
    pixels      BLOB    NOT NULL,                       -- height * width * channels values, row by row, in dataset.format
    UNIQUE (dataset, part, row),
    FOREIGN KEY (dataset, class) REFERENCES class,
    CHECK (part = 'test' OR class IS NOT NULL)
) STRICT;
CREATE INDEX image_label         -- all but the pixels, for views that look up thousands of labels
    ON image (id, dataset, part, row, class);

CREATE TABLE choice (            -- the experiment that EXPERIMENT=auto is on a dataset
    dataset     INTEGER PRIMARY KEY REFERENCES dataset ON DELETE CASCADE,
    experiment  TEXT    NOT NULL CHECK (experiment <> ''),  -- the file in experiments/, without .conf
    settings    TEXT    NOT NULL,                       -- what differs from that file, name=value parted by blanks
    reason      TEXT    NOT NULL,                       -- in a line
    figures     TEXT    NOT NULL,                       -- JSON: accuracy of the net that was looked at, by how its images were changed
    program     TEXT    NOT NULL,                       -- version of the program
    chosen_at   TEXT    NOT NULL
) STRICT;

CREATE TABLE split (             -- one division of a dataset's training images
    id          INTEGER PRIMARY KEY,
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    method      TEXT    NOT NULL CHECK (method IN ('stratified', 'stratified-kfold', 'none')),  -- none: all in train
    seed        INTEGER NOT NULL,
    fraction    REAL    CHECK (fraction > 0 AND fraction < 1),  -- share of validation; NULL for folds
    folds       INTEGER CHECK (folds >= 2),                     -- number of folds; NULL for a fraction
    created_at  TEXT    NOT NULL,
    CHECK ((method = 'stratified') = (fraction IS NOT NULL)),
    CHECK ((method = 'stratified-kfold') = (folds IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX split_identity
    ON split (dataset, method, seed, ifnull(fraction, 0), ifnull(folds, 0));

CREATE TABLE split_image (       -- where a split puts an image
    split       INTEGER NOT NULL REFERENCES split ON DELETE CASCADE,
    image       INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
    part        TEXT    CHECK (part IN ('train', 'validation')),  -- for a fraction
    fold        INTEGER CHECK (fold >= 0),                        -- for folds: validation in this one
    PRIMARY KEY (split, image),
    CHECK ((part IS NULL) <> (fold IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE run (               -- one training, one committee, or the parent of some
    id           INTEGER PRIMARY KEY AUTOINCREMENT,     -- the number of a deleted run is not given again
    kind         TEXT    NOT NULL CHECK (kind IN ('training', 'folds', 'committee')),
    experiment   TEXT    NOT NULL CHECK (experiment <> ''),  -- the experiment file's name without .conf
    parent       INTEGER REFERENCES run ON DELETE CASCADE,   -- the 'folds' run that it is a fold of
    dataset      INTEGER NOT NULL REFERENCES dataset,
    split        INTEGER NOT NULL REFERENCES split,
    fold         INTEGER CHECK (fold >= 0),             -- the fold that validates; NULL for a fraction
    seed         INTEGER NOT NULL,
    conf         TEXT    NOT NULL,                      -- the experiment file as it was, whole
    input_hash   TEXT    NOT NULL CHECK (length(input_hash) = 64),  -- SHA-256 of all that decides the weights: data, split, fold, seed, hyperparameters
    status       TEXT    NOT NULL CHECK (status IN ('running', 'finished', 'failed', 'interrupted', 'crashed')),
    message      TEXT,                                  -- why it failed, or how a committee's figures must be read; NULL otherwise
    started_at   TEXT    NOT NULL,
    ended_at     TEXT,                                  -- NULL while it runs
    host         TEXT    NOT NULL,                      -- the machine whose lock tells whether it lives
    program      TEXT    NOT NULL,                      -- version of the program
    program_hash TEXT    NOT NULL CHECK (length(program_hash) = 64),  -- SHA-256 of the executable
    git_commit   TEXT,                                  -- NULL outside a git checkout
    git_diff     TEXT,                                  -- SHA-256 of the uncommitted changes; NULL: none
    compiler     TEXT    NOT NULL,                      -- and its flags
    cpu          TEXT    NOT NULL,
    isa          TEXT    NOT NULL,                      -- instruction set of the kernels
    blas         TEXT    NOT NULL,                      -- library, version and kernel
    threads      INTEGER NOT NULL CHECK (threads >= 1),
    parameters   INTEGER NOT NULL CHECK (parameters >= 0),
    trainable    INTEGER NOT NULL CHECK (trainable >= 0),
    epochs       INTEGER NOT NULL CHECK (epochs >= 0),  -- asked for
    best_epoch   INTEGER,                               -- of the weights that count; NULL until there is one
    stopped_early INTEGER CHECK (stopped_early IN (0, 1)),  -- NULL until it ends
    note         TEXT,                                  -- free text by people
    archived     INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),  -- 1: left out of lists
    CHECK (trainable <= parameters),
    CHECK ((status = 'running') = (ended_at IS NULL))
) STRICT;
CREATE INDEX run_input ON run (input_hash);
CREATE INDEX run_parent ON run (parent) WHERE parent IS NOT NULL;

CREATE TABLE hyperparameter (    -- every value in force in a run, defaults too
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    name        TEXT    NOT NULL,                       -- section.key of the experiment file
    value       ANY     NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer (             -- the net of a run, one row a layer
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    layer       INTEGER NOT NULL CHECK (layer >= 1),
    kind        TEXT    NOT NULL,                       -- conv, dense, batchnorm, ...
    text        TEXT    NOT NULL,                       -- as in the experiment file
    height      INTEGER NOT NULL,                       -- of its output
    width       INTEGER NOT NULL,
    channels    INTEGER NOT NULL,
    parameters  INTEGER NOT NULL,
    trainable   INTEGER NOT NULL,
    macs        REAL    NOT NULL,                       -- multiply-adds of one image's forward pass
    path        TEXT    NOT NULL,                       -- how it is computed; '' where there is one way
    PRIMARY KEY (run, layer)
) STRICT, WITHOUT ROWID;

CREATE TABLE epoch (             -- one pass over the training images; committed as it ends
    run                 INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    epoch               INTEGER NOT NULL CHECK (epoch >= 1),
    learning_rate       REAL    NOT NULL,               -- at its end
    train_loss          REAL,                           -- mean over its steps, as Keras; NULL: not a number
    train_accuracy      REAL    NOT NULL CHECK (train_accuracy BETWEEN 0 AND 1),
    validation_loss     REAL,                           -- NULL where there is no validation, or not a number
    validation_accuracy REAL    CHECK (validation_accuracy BETWEEN 0 AND 1),
    average_loss        REAL,                           -- validation by the averaged weights; NULL where none are kept
    average_accuracy    REAL    CHECK (average_accuracy BETWEEN 0 AND 1),
    seconds             REAL    NOT NULL CHECK (seconds >= 0),
    images_per_second   REAL    NOT NULL,               -- of the training steps, validation left out
    ended_at            TEXT    NOT NULL,
    PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (        -- weights of a run
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (kind IN ('best', 'average', 'last')),  -- the first that there is counts
    epoch       INTEGER NOT NULL CHECK (epoch >= 0),    -- after which they were taken
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),  -- of the weights
    weights     BLOB    NOT NULL,                       -- as nn_model_save writes them
    state       BLOB,                                   -- optimizer, callbacks, random state; NULL once the run cannot be resumed
    PRIMARY KEY (run, kind)
) STRICT;

CREATE TABLE member (            -- the runs that a committee asks
    committee   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    run         INTEGER NOT NULL REFERENCES run,        -- can't be deleted while a committee asks it
    weight      REAL    NOT NULL CHECK (weight > 0),    -- its share of the vote; those of a committee sum to 1
    PRIMARY KEY (committee, run),
    CHECK (committee <> run)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_run ON member (run);

CREATE TABLE evaluation (        -- a run judged on one part, by the weights that count
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part        TEXT    NOT NULL CHECK (part IN ('validation', 'test')),
    images      INTEGER NOT NULL CHECK (images >= 0),
    loss        REAL,                                   -- mean; NULL where the part has no labels
    correct     INTEGER CHECK (correct BETWEEN 0 AND images),  -- NULL where the part has no labels
    seconds     REAL    NOT NULL,                       -- of the predictions
    evaluated_at TEXT   NOT NULL,
    PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction (        -- what a run says of an image that it was not trained on
    run           INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    image         INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
    class         INTEGER NOT NULL,                     -- the most probable one
    confidence    REAL    NOT NULL CHECK (confidence BETWEEN 0 AND 1),  -- its probability
    probabilities TEXT    NOT NULL,                     -- JSON array, one number a class
    PRIMARY KEY (run, image)
) STRICT, WITHOUT ROWID;

CREATE TABLE mistake (           -- the predictions that are known to be wrong, so that no view need scan all; kept by triggers
    run         INTEGER NOT NULL,
    image       INTEGER NOT NULL,
    part        TEXT    NOT NULL CHECK (part IN ('validation', 'test')),
    actual      INTEGER NOT NULL,                       -- class that it is
    predicted   INTEGER NOT NULL,                       -- class that the run took it for
    confidence  REAL    NOT NULL,                       -- of the prediction
    PRIMARY KEY (run, image)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER prediction_inserted AFTER INSERT ON prediction
BEGIN
    DELETE FROM mistake WHERE run = NEW.run AND image = NEW.image;
    INSERT INTO mistake
    SELECT NEW.run, id, iif(part = 'test', 'test', 'validation'), class, NEW.class, NEW.confidence
    FROM image
    WHERE id = NEW.image AND class <> NEW.class;
END;
CREATE TRIGGER prediction_updated AFTER UPDATE ON prediction
BEGIN
    DELETE FROM mistake WHERE run = OLD.run AND image = OLD.image;
    INSERT INTO mistake
    SELECT NEW.run, id, iif(part = 'test', 'test', 'validation'), class, NEW.class, NEW.confidence
    FROM image
    WHERE id = NEW.image AND class <> NEW.class;
END;
CREATE TRIGGER prediction_deleted AFTER DELETE ON prediction
BEGIN
    DELETE FROM mistake WHERE run = OLD.run AND image = OLD.image;
END;

CREATE TABLE confusion (         -- counts of predictions, kept so that no view need scan predictions
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part        TEXT    NOT NULL CHECK (part IN ('validation', 'test')),
    actual      INTEGER NOT NULL,                       -- class
    predicted   INTEGER NOT NULL,                       -- class
    count       INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (run, part, actual, predicted)
) STRICT, WITHOUT ROWID;

CREATE TABLE submission (        -- a file for the competition
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    run           INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    file          TEXT    NOT NULL UNIQUE,              -- as given: submissions/….csv
    sha256        TEXT    NOT NULL CHECK (length(sha256) = 64),
    rows          INTEGER NOT NULL CHECK (rows > 0),
    message       TEXT,                                 -- as sent with it
    created_at    TEXT    NOT NULL,
    public_score  REAL,                                 -- from the competition
    private_score REAL,
    local_score   REAL    CHECK (local_score BETWEEN 0 AND 1),  -- accuracy against answers at hand
    local_wrong   INTEGER CHECK (local_wrong >= 0),     -- wrong rows against answers at hand
    scored_at     TEXT,
    local_log_loss REAL,                                -- against answers at hand; NULL: the file has labels
    local_auc     REAL    CHECK (local_auc BETWEEN 0 AND 1)  -- likewise, where it has one probability
) STRICT;
CREATE INDEX submission_run ON submission (run);

CREATE TABLE tag (               -- words by which people find runs again
    run         INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    tag         TEXT    NOT NULL CHECK (tag <> '' AND tag NOT GLOB '* *'),
    PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep (             -- a search over hyperparameters
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL CHECK (name <> ''),    -- of its file, without .sweep
    text        TEXT    NOT NULL,                       -- the sweep file as it was, whole
    experiment  TEXT    NOT NULL CHECK (experiment <> ''),  -- that it varies, the name without .conf
    conf        TEXT    NOT NULL,                       -- that experiment file as it was, whole
    dataset     INTEGER NOT NULL REFERENCES dataset ON DELETE CASCADE,
    objective   TEXT    NOT NULL CHECK (objective IN ('validation_loss', 'validation_accuracy')),
    halving     INTEGER CHECK (halving >= 2),           -- of so many configurations the best one is promoted; NULL: no halving
    rungs       INTEGER NOT NULL CHECK (rungs >= 1),    -- 1 without halving
    evaluate    INTEGER NOT NULL CHECK (evaluate IN (0, 1)),  -- 1: each run of the last rung is evaluated
    created_at  TEXT    NOT NULL
) STRICT;

CREATE TABLE sweep_value (       -- what a configuration of a sweep sets
    sweep         INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
    configuration INTEGER NOT NULL CHECK (configuration >= 1),
    name          TEXT    NOT NULL,                     -- section.key, as in the table hyperparameter
    value         ANY     NOT NULL,
    PRIMARY KEY (sweep, configuration, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trial (             -- one training that a sweep asks for: the queue of its workers
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep         INTEGER NOT NULL REFERENCES sweep ON DELETE CASCADE,
    configuration INTEGER NOT NULL CHECK (configuration >= 1),
    rung          INTEGER NOT NULL CHECK (rung >= 1),   -- 1 .. sweep.rungs; a higher one trains for longer
    epochs        INTEGER CHECK (epochs >= 1),          -- NULL: as the experiment says
    seed          INTEGER NOT NULL,
    fold          INTEGER CHECK (fold >= 0),            -- NULL where the split has no folds
    state         TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    host          TEXT,                                 -- of the worker whose lock tells whether it lives; NULL while it waits
    attempts      INTEGER NOT NULL DEFAULT 0,           -- how often it was claimed
    run           INTEGER REFERENCES run ON DELETE SET NULL,  -- what came of it
    message       TEXT,                                 -- why it failed; NULL otherwise
    CHECK (state <> 'running' OR host IS NOT NULL)
) STRICT;
CREATE INDEX trial_queue ON trial (sweep, state);
CREATE INDEX trial_run ON trial (run) WHERE run IS NOT NULL;

CREATE TABLE definition (        -- one row: which text of tables and views the file was made by
    fingerprint TEXT    NOT NULL CHECK (length(fingerprint) = 64)  -- SHA-256 of that text
) STRICT;

CREATE TABLE stage (             -- log of what the programs did
    id          INTEGER PRIMARY KEY,
    stage       TEXT    NOT NULL,                       -- the program's name
    dataset     INTEGER REFERENCES dataset ON DELETE CASCADE,
    run         INTEGER REFERENCES run ON DELETE CASCADE,
    arguments   TEXT    NOT NULL,                       -- command line
    ended_at    TEXT    NOT NULL,
    seconds     REAL    NOT NULL,                       -- wall time
    result      TEXT    NOT NULL                        -- one line: what came of it
) STRICT;

CREATE TABLE file (              -- files that were read whole, so that they need not be read again
    path        TEXT    PRIMARY KEY CHECK (path <> ''), -- absolute
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),  -- of its bytes
    bytes       INTEGER NOT NULL CHECK (bytes >= 0),    -- its size
    mtime_ns    INTEGER NOT NULL,                       -- when its bytes changed, in nanoseconds since 1970
    ctime_ns    INTEGER NOT NULL,                       -- when anything of it changed
    inode       INTEGER NOT NULL                        -- its number in the file system
) STRICT, WITHOUT ROWID;

CREATE TABLE report (            -- the page of a run
    run         INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
    path        TEXT    NOT NULL CHECK (path <> ''),    -- of the page
    inputs      TEXT    NOT NULL CHECK (length(inputs) = 64),  -- SHA-256 of all that it was made from
    sha256      TEXT    NOT NULL CHECK (length(sha256) = 64),  -- of the page
    made_at     TEXT    NOT NULL                        -- UTC
) STRICT;

-- 'Pixl' in ASCII marks the file as Pixelmill's; user_version is the number of its schema, that of the
-- newest file in sql/upgrade.
PRAGMA application_id = 1349089388;
PRAGMA user_version = 4;
