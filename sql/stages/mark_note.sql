-- What people have to say of a run; an empty text takes the note away.
UPDATE run
SET note = nullif(:note, '')
WHERE id = :run;
