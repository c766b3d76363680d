-- From version 3 to 4: tables of numbers beside images, values that are no bytes, submissions of
-- probabilities. The tables input, submission_column and choice are new, and sql/schema.sql makes them.
ALTER TABLE dataset ADD COLUMN kind TEXT NOT NULL DEFAULT 'images' CHECK (kind IN ('images', 'table'));
ALTER TABLE dataset ADD COLUMN format TEXT NOT NULL DEFAULT 'bytes' CHECK (format IN ('bytes', 'floats'));
ALTER TABLE dataset ADD COLUMN low REAL;
ALTER TABLE dataset ADD COLUMN high REAL;
ALTER TABLE dataset ADD COLUMN zero REAL NOT NULL DEFAULT 0;
ALTER TABLE dataset ADD COLUMN one REAL NOT NULL DEFAULT 255;
ALTER TABLE source_file ADD COLUMN reading TEXT;
ALTER TABLE submission ADD COLUMN local_log_loss REAL;
ALTER TABLE submission ADD COLUMN local_auc REAL CHECK (local_auc BETWEEN 0 AND 1);
