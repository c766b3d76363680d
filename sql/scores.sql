-- store: keeps the scores of one line of the competition's list beside the submission that it
-- speaks of: the one whose SHA-256 its description names; else the one of that file name (and of
-- that run, where the description begins with one), unless the file was made after that line's
-- date.
UPDATE submission
SET
    public_score = ifnull(:public, public_score),
    private_score = ifnull(:private, private_score),
    message = ifnull(message, nullif(:description, '')),
    scored_at = iif(public_score IS ifnull(:public, public_score)
                    AND private_score IS ifnull(:private, private_score), scored_at, :now)
WHERE iif(
    instr(:description, 'sha256 ') > 0,
    instr(:description, 'sha256 ' || substr(sha256, 1, 12)) > 0,
    (file = :file OR substr(file, -length(:file) - 1) = '/' || :file)
    AND iif(:description GLOB 'run [0-9]*', run = CAST(substr(:description, 5) AS INTEGER), 1)
    AND (:date IS NULL OR replace(substr(:date, 1, 19), ' ', 'T') >= substr(created_at, 1, 19)));
