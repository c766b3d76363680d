-- Forgets how a run was judged.
DELETE FROM evaluation
WHERE run = :run;
