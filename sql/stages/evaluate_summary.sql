-- How a run does on a part, in one line of text.
SELECT iif(
    correct IS NULL,
    printf('%s: %,d images predicted; they have no labels to be judged by', part, images),
    printf('%s: loss %.4f, accuracy %.2f %% ± %.2f (%,d wrong of %,d)',
        part, loss, 100 * accuracy, 100 * standard_error, wrong, images))
FROM evaluation_summary
WHERE run = :run
  AND part = :part;
