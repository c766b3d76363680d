-- The classification report of a run on a part, line by line.
SELECT line
FROM report_text
WHERE run = :run
  AND part = :part
ORDER BY line_number;
