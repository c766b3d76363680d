-- The text by which the file was made is no longer the one in use.
DELETE FROM definition;
