-- The file is whole.
COMMIT;
