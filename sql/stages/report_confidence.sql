-- How sure a run was, where it was right and where it was wrong.
SELECT
    part,
    iif(correct, 'right', 'wrong') AS answers,
    printf('%,d', images) AS images,
    printf('%.2f %%', 100 * mean) AS mean,
    printf('%.2f %%', 100 * least) AS least,
    printf('%.2f %%', 100 * greatest) AS greatest
FROM confidence_summary
WHERE run = :run
ORDER BY
    part DESC,
    correct DESC;
