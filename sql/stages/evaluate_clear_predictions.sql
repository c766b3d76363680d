-- Forgets what a run said of each image.
DELETE FROM prediction
WHERE run = :run;
