-- From whom a run has learnt, beside the labels: a sentence, where there is somebody.
SELECT
    'It was taught by run ' || teacher.value || ' (' || ifnull(run.experiment, 'deleted')
        || '): the targets of training images are to '
        || CAST(round(100 * share.value) AS INTEGER) || ' % what that run predicts of them'
        || iif(test.value = 'yes',
               ', and the test images were trained on with its predictions as targets (pseudo-labels).',
               '. No test image was trained on.')
FROM hyperparameter AS teacher
JOIN hyperparameter AS share ON share.run = teacher.run AND share.name = 'teacher.share'
JOIN hyperparameter AS test ON test.run = teacher.run AND test.name = 'teacher.test'
LEFT JOIN run ON run.id = teacher.value
WHERE teacher.run = :run
  AND teacher.name = 'teacher.run'
  AND teacher.value > 0;
