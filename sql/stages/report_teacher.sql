-- From whom a run has learnt, beside the labels: a sentence, where there is somebody; and another one
-- where the teacher knew labels of images that validate here: those that it has not predicted, or all
-- where it is made of folds.
WITH
judged (image) AS (
    SELECT prediction.image
    FROM prediction
    JOIN image ON image.id = prediction.image
    WHERE prediction.run = :run
      AND image.part = 'train'
),
taught AS (
    SELECT
        teacher.value AS teacher,
        share.value AS share,
        test.value = 'yes' AS test,
        run.id AS run,
        ifnull(run.experiment, 'deleted') AS experiment,
        'folds' IN (
            SELECT run.kind
            UNION ALL
            SELECT one.kind
            FROM member
            JOIN run AS one ON one.id = member.run
            WHERE member.committee = run.id
        ) AS folds
    FROM hyperparameter AS teacher
    JOIN hyperparameter AS share ON share.run = teacher.run AND share.name = 'teacher.share'
    JOIN hyperparameter AS test ON test.run = teacher.run AND test.name = 'teacher.test'
    LEFT JOIN run ON run.id = teacher.value
    WHERE teacher.run = :run
      AND teacher.name = 'teacher.run'
      AND teacher.value > 0
)
SELECT
    'It was taught by run ' || teacher || ' (' || experiment
        || '): the targets of training images are to ' || CAST(round(100 * share) AS INTEGER)
        || ' % what that run predicts of them'
        || iif(test,
               ', and the test images were trained on with its predictions as targets (pseudo-labels).',
               '. No test image was trained on.')
        || iif(EXISTS (
                   SELECT *
                   FROM judged
                   WHERE taught.run IS NOT NULL
                     AND (taught.folds OR NOT EXISTS (
                         SELECT *
                         FROM prediction
                         WHERE prediction.run = taught.run
                           AND prediction.image = judged.image))),
               ' That run knew labels of images that validate here, so validation flatters.',
               '')
FROM taught;
