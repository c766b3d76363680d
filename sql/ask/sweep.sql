-- What came of a sweep: its configurations, best first, mean ± sd over seeds (sweep=: the newest).
SELECT
    row_number() OVER (ORDER BY rung DESC, avg(badness) NULLS LAST, configuration) AS place,
    configuration,
    settings,
    rung,
    sum(state = 'done') || '/' || count(*) AS done,
    round(avg(validation_loss), 5) AS loss,
    round(sqrt(max(0, avg(validation_loss * validation_loss) - avg(validation_loss) * avg(validation_loss))
               * count(validation_loss) / nullif(count(validation_loss) - 1, 0)), 5) AS loss_sd,
    round(avg(validation_accuracy), 5) AS accuracy,
    round(sqrt(max(0, avg(validation_accuracy * validation_accuracy)
                      - avg(validation_accuracy) * avg(validation_accuracy))
               * count(validation_accuracy) / nullif(count(validation_accuracy) - 1, 0)), 5) AS accuracy_sd,
    round(sum(seconds), 1) AS seconds,
    group_concat(run, ' ') AS runs,
    max(message) AS message
FROM trial_result
WHERE sweep = coalesce(:sweep, (SELECT max(id) FROM sweep))
GROUP BY
    configuration,
    rung
ORDER BY place;
