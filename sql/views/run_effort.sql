CREATE VIEW run_effort AS
-- The work behind a run: the epochs of its training, or of the trainings of its folds or members,
-- each once; one row a run.
SELECT
    run.id AS run,                          -- its number
    (
        WITH RECURSIVE part (id) AS (
            VALUES (run.id)
            UNION
            SELECT fold.id FROM part JOIN run AS fold ON fold.parent = part.id
            UNION
            SELECT member.run FROM part JOIN member ON member.committee = part.id
        )
        SELECT count(*)
        FROM part
        CROSS JOIN epoch ON epoch.run = part.id
    ) AS epochs,                            -- done
    (
        WITH RECURSIVE part (id) AS (
            VALUES (run.id)
            UNION
            SELECT fold.id FROM part JOIN run AS fold ON fold.parent = part.id
            UNION
            SELECT member.run FROM part JOIN member ON member.committee = part.id
        )
        SELECT sum(seconds)
        FROM part
        CROSS JOIN epoch ON epoch.run = part.id
    ) AS seconds,                           -- of these epochs, validation included
    (
        WITH RECURSIVE part (id) AS (
            VALUES (run.id)
            UNION
            SELECT fold.id FROM part JOIN run AS fold ON fold.parent = part.id
            UNION
            SELECT member.run FROM part JOIN member ON member.committee = part.id
        )
        SELECT avg(images_per_second)
        FROM part
        CROSS JOIN epoch ON epoch.run = part.id
    ) AS images_per_second,                 -- of the training steps, mean over these epochs
    (
        WITH RECURSIVE part (id) AS (
            VALUES (run.id)
            UNION
            SELECT fold.id FROM part JOIN run AS fold ON fold.parent = part.id
            UNION
            SELECT member.run FROM part JOIN member ON member.committee = part.id
        )
        SELECT sum(CASE method
            WHEN 'none' THEN rows
            WHEN 'stratified' THEN rows - ceil(fraction * rows)
            ELSE rows - rows / folds
        END)
        FROM part
        CROSS JOIN epoch ON epoch.run = part.id
        CROSS JOIN run AS training ON training.id = part.id
        CROSS JOIN split ON split.id = training.split
        CROSS JOIN source_file
            ON source_file.dataset = training.dataset AND source_file.part = 'train'
    ) AS images                             -- trained on, each as often as it was seen
FROM run;
