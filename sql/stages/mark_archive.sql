-- Leaves a run out of the lists, or puts it back.
UPDATE run
SET archived = :archived
WHERE id = :run;
