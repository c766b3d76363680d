-- By which text of tables and views the file has just been made.
INSERT INTO definition (fingerprint)
VALUES (:fingerprint);
