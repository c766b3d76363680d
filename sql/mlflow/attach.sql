-- The Pixelmill database, from which the tables are filled.
ATTACH DATABASE :path AS pixelmill;
