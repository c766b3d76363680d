-- Tags a run, if it does not have the tag yet.
INSERT INTO tag (run, tag)
VALUES (:run, :tag)
ON CONFLICT (run, tag) DO NOTHING;
