-- 'Pixl' in ASCII marks the file as Pixelmill's; user_version is the number of its schema.
PRAGMA application_id = 1349089388;
PRAGMA user_version = 2;
