-- What was exported, as a line of text.
SELECT printf(
    '%,d run%s, %,d params, %,d metrics, %,d tags',
    (SELECT count(*) FROM runs),
    iif((SELECT count(*) FROM runs) = 1, '', 's'),
    (SELECT count(*) FROM params),
    (SELECT count(*) FROM metrics),
    (SELECT count(*) FROM tags));
