-- begin: every write: waits for other writers here and nowhere else.
BEGIN IMMEDIATE;

-- begin_exclusive: creation and upgrade of the schema: nobody else reads or writes meanwhile.
BEGIN EXCLUSIVE;

-- commit: ends a write.
COMMIT;

-- connect: what every connection sets before anything else.
PRAGMA foreign_keys = ON;
PRAGMA synchronous = NORMAL;
PRAGMA temp_store = MEMORY;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;

-- fingerprint: by which text of tables and views the file was made.
SELECT fingerprint
FROM definition;

-- forget_fingerprint: the text by which the file was made is no longer the one in use.
DELETE FROM definition;

-- identity: whose file it is, of which version, how many things are in it, and whether it knows by
-- which text they were made.
SELECT
    (SELECT application_id FROM pragma_application_id),
    (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_schema),
    (SELECT count(*) FROM sqlite_schema WHERE name = 'definition');

-- log_stage: appends a row to the log of stages.
INSERT INTO stage (stage, dataset, run, arguments, ended_at, seconds, result)
VALUES (:stage, :dataset, :run, :arguments, :ended_at, :seconds, :result);

-- query_only: from now on this connection changes nothing.
PRAGMA query_only = ON;

-- rollback: gives a write up.
ROLLBACK;

-- set_fingerprint: by which text of tables and views the file has just been made.
INSERT INTO definition (fingerprint)
VALUES (:fingerprint);

-- wal: readers and one writer side by side; set once, when the file is made.
PRAGMA journal_mode = WAL;

-- columns: the columns of the STRICT tables, whose values are of the types that they say.
SELECT t.name || '.' || c.name || ' ' || c.type
FROM sqlite_schema AS t
JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table'
  AND t.sql GLOB 'CREATE TABLE *) STRICT*';

-- triggers: what happens by itself when a table of ours is written to and is not in the text of the
-- schema; exact 0: not there by its name.
SELECT
    tbl_name,
    name
FROM sqlite_schema
WHERE type = 'trigger'
  AND instr(:schema, 'CREATE TABLE IF NOT EXISTS ' || tbl_name || ' (') > 0
  AND NOT iif(:exact, instr(:schema, sql), instr(:schema, 'CREATE TRIGGER ' || name || ' '))
LIMIT 1;

-- views: the texts of the views in the order in which they were made.
SELECT sql
FROM sqlite_schema
WHERE type = 'view'
ORDER BY rowid;

-- count_views: how many views a text makes.
SELECT (length(:text) - length(replace(:text, char(10) || 'CREATE VIEW ', ''))) / 13;

-- crashed: a run whose process is gone; it ended no later than the last thing that it wrote.
UPDATE run
SET status = 'crashed',
    ended_at = coalesce((SELECT max(ended_at) FROM epoch WHERE run = run.id), started_at)
WHERE id = :id
  AND status = 'running'
  AND host = :host;

-- elsewhere: a run that another host says it is running: which host, and when anything of it or of
-- its folds was last heard of.
SELECT
    host,
    (
        SELECT max(moment)
        FROM (
            SELECT started_at AS moment
            FROM run AS part
            WHERE part.id = run.id OR part.parent = run.id
            UNION ALL
            SELECT epoch.ended_at
            FROM epoch
            JOIN run AS part ON part.id = epoch.run
            WHERE part.id = run.id OR part.parent = run.id
            UNION ALL
            SELECT stage.ended_at
            FROM stage
            WHERE stage.run = run.id)) AS heard
FROM run
WHERE id = :run
  AND status = 'running'
  AND host <> :host;

-- requeue: a trial whose worker is gone waits for the next one.
UPDATE trial
SET state = 'waiting',
    host = NULL
WHERE id = :id
  AND state = 'running'
  AND host = :host;

-- running: runs that this host started and that say they are running.
SELECT id
FROM run
WHERE status = 'running'
  AND host = :host;

-- trials: trials that workers of this host have claimed.
SELECT id
FROM trial
WHERE state = 'running'
  AND host = :host;

-- find_file: what is known of a file.
SELECT
    sha256,
    bytes,
    mtime_ns,
    ctime_ns,
    inode
FROM file
WHERE path = :path;

-- keep_file: what a file was when it was read.
INSERT INTO file (path, sha256, bytes, mtime_ns, ctime_ns, inode)
VALUES (:path, :sha256, :bytes, :mtime_ns, :ctime_ns, :inode)
ON CONFLICT (path) DO UPDATE
SET sha256 = excluded.sha256,
    bytes = excluded.bytes,
    mtime_ns = excluded.mtime_ns,
    ctime_ns = excluded.ctime_ns,
    inode = excluded.inode;
