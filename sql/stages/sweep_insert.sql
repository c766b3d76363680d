-- A sweep begins.
INSERT INTO sweep (
    name, text, experiment, conf, dataset, objective, halving, rungs, evaluate, created_at
)
VALUES (
    :name, :text, :experiment, :conf, :dataset, :objective, :halving, :rungs, :evaluate, :created_at
);
