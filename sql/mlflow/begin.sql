-- One transaction makes the file. It locks the Pixelmill database for nobody, and sees one state of
-- it.
BEGIN;
