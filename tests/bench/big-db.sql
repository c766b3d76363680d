-- The contents of the large database (make-big-db.sh). A number that looks random is the middle of
-- a product with a large odd constant, so that everything is the same at each call.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;

INSERT INTO dataset (id, name, version, height, width, channels, hash, created_at) VALUES
    (1, 'digits', 1, 28, 28, 1, printf('%064d', 1), '2026-01-01T00:00:00.000Z');

INSERT INTO class
SELECT 1, value, value
FROM generate_series(0, 9);

INSERT INTO source_file (id, dataset, part, name, sha256, bytes, rows, header, ingested_at) VALUES
    (1, 1, 'train', 'train.csv', printf('%064d', 2), 76726713, 42000, 'label,pixel0',
     '2026-01-01T00:00:00.000Z'),
    (2, 1, 'test', 'test.csv', printf('%064d', 3), 51096622, 28000, 'pixel0',
     '2026-01-01T00:00:00.000Z');

-- Of every 500 training images one is a copy of the one before, and so of the test images; one test
-- image in 1,000 is a copy of a training image. Ink stands in the middle 400 bytes.
WITH picture (id, of) AS (
    SELECT
        value,
        CASE
            WHEN value % 500 = 0 THEN value - 1
            WHEN value > 42000 AND value % 1000 = 1 THEN value - 42000
            ELSE value
        END
    FROM generate_series(1, 70000)
)
INSERT INTO image
SELECT
    id,
    1,
    iif(id <= 42000, 'train', 'test'),
    iif(id <= 42000, id, id - 42000),
    NULL,
    iif(id <= 42000, id % 10, NULL),
    CAST(zeroblob(200)
        || replace(hex(zeroblob(25)), '00',
                   printf('%08x%08x', of * 2654435761 & 0xffffffff, of * 40503 & 0xffffffff))
        || zeroblob(184) AS BLOB)
FROM picture;

INSERT INTO split VALUES
    (1, 1, 'stratified', 42, 0.2, NULL, '2026-01-01T00:00:00.000Z');

INSERT INTO split_image
SELECT 1, value, iif(value % 5 = 0, 'validation', 'train'), NULL
FROM generate_series(1, 42000);

INSERT INTO run (id, kind, experiment, dataset, split, seed, conf, input_hash, status, started_at,
                 ended_at, host, program, program_hash, compiler, cpu, isa, blas, threads,
                 parameters, trainable, epochs, best_epoch, stopped_early)
SELECT
    value,
    'training',
    'experiment-' || (value % 100),
    1,
    1,
    value / 100,
    '[model]',
    printf('%064d', value),
    'finished',
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:05:00.000Z',
    'host',
    '0.1.0',
    printf('%064d', value / 200),
    'cc',
    'cpu',
    'isa',
    'blas',
    2,
    538346,
    536874,
    20,
    17,
    0
FROM generate_series(1, 1000);

INSERT INTO hyperparameter
SELECT
    run.value,
    printf('train.value%02d', name.value),
    iif(name.value = 1, run.value % 7, iif(name.value = 2, 'text ' || run.value % 3, name.value))
FROM generate_series(1, 1000) AS run, generate_series(1, 25) AS name;

INSERT INTO layer
SELECT run.value, layer.value, 'conv', 'conv ' || layer.value % 7 || ' 3x3 same', 28, 28, 32, 320,
       320, 225792, 'direct'
FROM generate_series(1, 1000) AS run, generate_series(1, 26) AS layer;

INSERT INTO epoch (run, epoch, learning_rate, train_loss, train_accuracy, validation_loss, validation_accuracy,
                   seconds, images_per_second, ended_at)
SELECT
    run.value,
    epoch.value,
    0.001,
    0.5 / epoch.value,
    1 - 0.3 / epoch.value,
    0.6 / epoch.value + 0.0001 * (run.value * 2654435761 % 97) * epoch.value / 100,
    1 - 0.25 / (epoch.value + 5) - 0.00001 * (run.value * 2654435761 % 197),
    15.0,
    2000.0,
    '2026-01-01T00:00:00.000Z'
FROM generate_series(1, 1000) AS run, generate_series(1, 20) AS epoch;

INSERT INTO evaluation
SELECT value, 'validation', 8400, 0.03, 8400, 3.0, '2026-01-01T00:06:00.000Z'
FROM generate_series(1, 1000)
UNION ALL
SELECT value, 'test', 28000, NULL, NULL, 3.0, '2026-01-01T00:06:00.000Z'
FROM generate_series(1, 1000);

INSERT INTO checkpoint
SELECT value, 'best', 17, printf('%064d', value), zeroblob(2000), NULL
FROM generate_series(1, 1000);

-- One image in 100 is hard: a third of the runs get it wrong, and one other in 500.
WITH said (run, image, class, sure) AS (
    SELECT
        20 * run.value,
        image.id,
        (image.id + ((image.id * 2654435761 >> 8) % 100 = 0
                        AND (20 * run.value * 40503 + image.id * 69069 >> 4) % 3 = 0
                     OR (20 * run.value * 69069 + image.id * 2654435761 >> 6) % 500 = 0)) % 10,
        1 - 1.0 / (3 + (20 * run.value * 40503 + image.id * 2654435761 >> 5) % 5000)
    FROM generate_series(1, 50) AS run
    CROSS JOIN image
    WHERE part = 'test' OR id % 5 = 0
)
INSERT INTO prediction
SELECT
    run,
    image,
    class,
    sure,
    replace(printf('[%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g]', sure, (1 - sure) / 2,
                   (1 - sure) / 3, 1e-5, 2e-6, 3e-7, 4e-8, 5e-9, 6e-10, 7e-11), ' ', '')
FROM said;

INSERT INTO confusion
SELECT
    run.value,
    'validation',
    actual.value,
    (actual.value + off.value) % 10,
    CASE off.value
        WHEN 0 THEN 830 - run.value % 5
        WHEN 1 THEN 3 + run.value % 5
        WHEN 4 THEN 1
        ELSE 3
    END
FROM generate_series(1, 1000) AS run, generate_series(0, 9) AS actual,
     generate_series(0, 4) AS off;

UPDATE evaluation
SET correct = (
    SELECT sum(count)
    FROM confusion
    WHERE confusion.run = evaluation.run AND confusion.part = evaluation.part
        AND actual = predicted)
WHERE part = 'validation';

INSERT INTO submission (run, file, sha256, rows, created_at, public_score)
SELECT value, 'submissions/run' || value || '.csv', printf('%064d', value), 28000,
       '2026-01-01T00:07:00.000Z', 0.98 + 0.00001 * (value % 500)
FROM generate_series(1, 1000);

INSERT INTO stage (stage, dataset, run, arguments, ended_at, seconds, result)
SELECT stage.value, 1, run.value, '--run ' || run.value, '2026-01-01T00:07:00.000Z', 1.0, 'done'
FROM generate_series(1, 1000) AS run,
     json_each('["train","evaluate","submit"]') AS stage;

COMMIT;
