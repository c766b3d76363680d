-- How sure a run was on a part when right and when wrong, a line of text each.
SELECT printf(
    'mean confidence when %s: %.2f %% (%,d image%s)',
    iif(correct, 'right', 'wrong'),
    100 * mean,
    images,
    iif(images = 1, '', 's'))
FROM confidence_summary
WHERE run = :run
  AND part = :part
ORDER BY correct DESC;
