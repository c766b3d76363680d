-- Readers and one writer side by side; set once, when the file is made.
PRAGMA journal_mode = WAL;
