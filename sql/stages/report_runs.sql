-- All runs for the page that links to their reports, the newest first. :reports is a JSON array
-- of the numbers of runs that have one.
SELECT
    iif(run IN (SELECT value FROM json_each(:reports)), 'run-' || run || '/report.html', NULL)
        AS link,
    run,
    iif(parent IS NULL, kind, 'fold ' || fold || ' of ' || parent) AS kind,
    experiment,
    dataset,
    seed,
    status,
    iif(kind = 'committee', NULL, epochs_done || ' of ' || epochs) AS epochs,
    iif(validation_images IS NULL, NULL, printf('%,d', validation_images)) AS images,
    iif(validation_accuracy IS NULL, NULL, printf('%.3f %%', 100 * validation_accuracy)) AS accuracy,
    iif(standard_error IS NULL, NULL, printf('%.3f %%', 100 * standard_error)) AS standard_error,
    iif(validation_loss IS NULL, NULL, printf('%.4f', validation_loss)) AS loss,
    printf('%.1f', duration) AS seconds,
    printf('%,d', parameters) AS parameters,
    replace(substr(started_at, 1, 16), 'T', ' ') AS started,
    coalesce(note, message, '') AS note
FROM run_summary
ORDER BY run DESC;
