-- Whose file it is, of which version, how many things are in it, and whether it knows by which text
-- they were made.
SELECT
    (SELECT application_id FROM pragma_application_id),
    (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_schema),
    (SELECT count(*) FROM sqlite_schema WHERE name = 'definition');
