-- Gives a write up.
ROLLBACK;
