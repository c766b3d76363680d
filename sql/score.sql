-- line: a score in one line of text; :positive is the label whose probability the file has, NULL
-- where it has something else.
SELECT
    printf(
        '%s: %.2f %% ± %.2f (%,d wrong of %,d)',
        :file,
        100.0 * (:rows - :wrong) / :rows,
        100.0 * sqrt(1.0 * :wrong / :rows * (1 - 1.0 * :wrong / :rows) / :rows),
        :wrong,
        :rows)
    || iif(:log_loss IS NULL, '', printf(', log loss %.5f', :log_loss))
    || CASE
           WHEN :positive IS NULL THEN ''
           WHEN :auc IS NULL THEN ', no AUC: the answers are of one kind'
           ELSE printf(', AUC %.5f of %s', :auc, :positive)
       END AS line;

-- newest: the newest submission: of a run, or without one of any run on a dataset.
SELECT
    submission.file,
    submission.sha256,
    submission.run,
    run.dataset
FROM submission
JOIN run ON run.id = submission.run
JOIN dataset ON dataset.id = run.dataset
WHERE iif(:run IS NULL, dataset.name = :dataset, run.id = :run)
ORDER BY submission.id DESC
LIMIT 1;

-- recorded: the newest submission with these bytes.
SELECT
    submission.run,
    run.dataset
FROM submission
JOIN run ON run.id = submission.run
WHERE submission.sha256 = :sha256
ORDER BY submission.id DESC
LIMIT 1;

-- untested: the dataset, of a run or the newest version of that name, where it has no test images.
SELECT name
FROM dataset
WHERE id = iif(
          :run IS NULL,
          (SELECT id FROM dataset WHERE name = :dataset ORDER BY version DESC LIMIT 1),
          (SELECT dataset FROM run WHERE id = :run))
  AND NOT EXISTS (SELECT 1 FROM image WHERE image.dataset = dataset.id AND part = 'test');

-- positive: the classes to which a run gives, for the test image with that id, the probability
-- :value.
SELECT said.key AS class
FROM prediction
JOIN image ON image.id = prediction.image
JOIN json_each(prediction.probabilities) AS said
WHERE prediction.run = :run
  AND image.part = 'test'
  AND CAST(ifnull(image.external_id, image.row) AS TEXT) = :id
  AND abs(said.value / (SELECT sum(value) FROM json_each(prediction.probabilities)) - :value)
      < 1e-6;

-- store: records how a submission did against answers at hand, wherever these very bytes were
-- submitted.
UPDATE submission
SET
    local_score = :score,
    local_wrong = :wrong,
    local_log_loss = :log_loss,
    local_auc = :auc,
    scored_at = :scored_at
WHERE sha256 = :sha256;
