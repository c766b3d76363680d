-- The members of a committee, each with its own figures and on the images that judge both.
SELECT
    '../run-' || member.run || '/report.html' AS link,
    'run ' || member.run AS member,
    run.experiment,
    run.kind,
    run.seed,
    printf('%.4f', weight) AS weight,
    printf('%.2f %%', 100 * own.accuracy) AS accuracy,
    printf('%,d', own.images) AS of,
    iif(comparison.images IS NULL, NULL, printf('%,d', comparison.images)) AS common,
    comparison.a_wrong AS wrong,
    comparison.b_wrong AS committee,
    comparison.fixed AS fixed,
    comparison.broken AS broken
FROM member
JOIN run ON run.id = member.run
LEFT JOIN evaluation_summary AS own ON own.run = member.run AND own.part = 'validation'
LEFT JOIN comparison
    ON comparison.a = member.run
   AND comparison.b = member.committee
   AND comparison.part = 'validation'
WHERE member.committee = :run
ORDER BY
    own.accuracy DESC,
    member.run;
