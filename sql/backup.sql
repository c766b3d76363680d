-- check: whether a copy is sound.
SELECT quick_check
FROM pragma_quick_check
LIMIT 1;
