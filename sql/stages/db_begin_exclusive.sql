-- Creation and upgrade of the schema: nobody else reads or writes meanwhile.
BEGIN EXCLUSIVE;
