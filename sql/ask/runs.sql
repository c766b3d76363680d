-- All runs but the archived ones, newest first: what they are, how far they got, how well they do.
SELECT
    run,
    iif(parent IS NULL, kind, 'fold ' || fold || ' of ' || parent) AS kind,
    experiment,
    dataset,
    seed,
    status,
    iif(kind = 'committee', NULL, epochs_done || '/' || epochs) AS epochs,
    best_epoch AS best,
    validation_images AS images,
    round(validation_accuracy, 5) AS accuracy,
    round(standard_error, 5) AS standard_error,
    round(validation_loss, 5) AS loss,
    round(duration, 1) AS seconds,
    replace(substr(started_at, 1, 19), 'T', ' ') AS started,
    coalesce(note, message) AS note
FROM run_summary
WHERE archived = 0
ORDER BY run DESC;
