-- Every write: waits for other writers here and nowhere else.
BEGIN IMMEDIATE;
