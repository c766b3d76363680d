-- By which text of tables and views the file was made.
SELECT fingerprint
FROM definition;
