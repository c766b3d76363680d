-- Ends a write.
COMMIT;
