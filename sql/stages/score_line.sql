-- A score in one line of text.
SELECT printf(
    '%s: %.2f %% ± %.2f (%,d wrong of %,d)',
    :file,
    100.0 * (:rows - :wrong) / :rows,
    100.0 * sqrt(1.0 * :wrong / :rows * (1 - 1.0 * :wrong / :rows) / :rows),
    :wrong,
    :rows);
