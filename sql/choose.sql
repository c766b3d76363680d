-- chosen: what was chosen for a dataset.
SELECT
    experiment,
    settings,
    reason
FROM choice
WHERE dataset = :dataset;

-- insert: keeps what is chosen for a dataset.
INSERT INTO choice (dataset, experiment, settings, reason, figures, program, chosen_at)
VALUES (:dataset, :experiment, :settings, :reason, :figures, :program, :chosen_at)
ON CONFLICT (dataset) DO UPDATE
SET
    experiment = excluded.experiment,
    settings = excluded.settings,
    reason = excluded.reason,
    figures = excluded.figures,
    program = excluded.program,
    chosen_at = excluded.chosen_at;
