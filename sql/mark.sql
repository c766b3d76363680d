-- archive: leaves a run out of the lists, or puts it back.
UPDATE run
SET archived = :archived
WHERE id = :run;

-- contents: what a run is and holds, its folds included, as a line of text; whether one of them is
-- running, whose it is, and which committees ask one of them.
WITH RECURSIVE family (id) AS (
    VALUES (:run)
    UNION
    SELECT run.id
    FROM run
    JOIN family ON run.parent = family.id
)
SELECT
    printf(
        '%s, %s, seed %d; %,d epoch%s, %,d checkpoint%s, %,d prediction%s, %,d submission%s%s',
        run.experiment, run.status, run.seed,
        held.epochs, iif(held.epochs = 1, '', 's'),
        checkpoints, iif(checkpoints = 1, '', 's'),
        predictions, iif(predictions = 1, '', 's'),
        submissions, iif(submissions = 1, '', 's'),
        iif(runs > 1, printf(', %d folds that are deleted with it', runs - 1), '')) AS text,
    held.running AS running,
    run.host AS host,
    held.committees AS committees
FROM run
JOIN (
    SELECT
        (SELECT count(*) FROM family) AS runs,
        (SELECT count(*) FROM epoch WHERE run IN family) AS epochs,
        (SELECT count(*) FROM checkpoint WHERE run IN family) AS checkpoints,
        (SELECT count(*) FROM prediction WHERE run IN family) AS predictions,
        (SELECT count(*) FROM submission WHERE run IN family) AS submissions,
        (SELECT count(*) FROM run WHERE id IN family AND status = 'running') AS running,
        (SELECT group_concat(DISTINCT committee) FROM member WHERE run IN family) AS committees
) AS held
WHERE run.id = :run;

-- settle: a run of another host, with its folds, of which a person knows that it is gone.
UPDATE run
SET status = 'crashed',
    ended_at = coalesce((SELECT max(ended_at) FROM epoch WHERE run = run.id), started_at)
WHERE (id = :run OR parent = :run)
  AND status = 'running';

-- living: those of a run and its folds that say they are running.
SELECT id
FROM run
WHERE (id = :run OR parent = :run)
  AND status = 'running';

-- delete: deletes a run with all that belongs to it, its folds included.
DELETE FROM run
WHERE id = :run;

-- note: what people have to say of a run; an empty text takes the note away.
UPDATE run
SET note = nullif(:note, '')
WHERE id = :run;

-- tag: tags a run, if it does not have the tag yet.
INSERT INTO tag (run, tag)
VALUES (:run, :tag)
ON CONFLICT (run, tag) DO NOTHING;

-- untag: takes a tag away from a run.
DELETE FROM tag
WHERE run = :run
  AND tag = :tag;

-- read_note: what was said of a run.
SELECT ifnull(note, '') AS note
FROM run
WHERE id = :run;
