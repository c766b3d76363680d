CREATE VIEW report_text AS
-- The classification report as text, in the layout of scikit-learn's classification_report with
-- two decimals; one row a run, part and line. To be read with ORDER BY line_number.
--
-- C and Python round the exact binary value, and a value exactly between two to the even digit;
-- SQLite's '%.2f' rounds 0.575, which is a little less than it looks, and 0.125 up. So that the
-- report agrees with the former to the last digit, values are written out to 20 decimals ('!' asks
-- for more than 16 significant digits, and drops zeros at the end) and rounded by those.
WITH
report AS (
    SELECT
        *,
        max(12, max(length(label)) OVER whole) AS width,    -- 12: 'weighted avg'
        row_number() OVER (PARTITION BY run, part ORDER BY class) AS place,
        count(*) OVER whole AS classes,
        sum(support) OVER whole AS images,
        1.0 * sum(correct) OVER whole / sum(support) OVER whole AS accuracy,
        avg(precision) OVER whole AS macro_precision,
        avg(recall) OVER whole AS macro_recall,
        avg(f1) OVER whole AS macro_f1,
        sum(precision * support) OVER whole / sum(support) OVER whole AS weighted_precision,
        sum(recall * support) OVER whole / sum(support) OVER whole AS weighted_recall,
        sum(f1 * support) OVER whole / sum(support) OVER whole AS weighted_f1
    FROM class_report
    WINDOW whole AS (PARTITION BY run, part)
),
kind (kind, place) AS (
    VALUES ('head', 1), ('space', 2), ('class', 2),
           ('space', 3), ('accuracy', 4), ('macro avg', 5), ('weighted avg', 6)
),
line AS (
    SELECT
        run,
        part,
        CASE
            WHEN kind = 'class' THEN 2 + report.place
            WHEN kind.place <= 2 THEN kind.place
            ELSE classes + kind.place
        END AS line_number,
        kind,
        iif(kind = 'class', label, kind) AS name,
        printf('%!.20f', CASE kind
            WHEN 'class' THEN precision
            WHEN 'macro avg' THEN macro_precision
            WHEN 'weighted avg' THEN weighted_precision
        END) AS precision,
        printf('%!.20f', CASE kind
            WHEN 'class' THEN recall
            WHEN 'macro avg' THEN macro_recall
            WHEN 'weighted avg' THEN weighted_recall
        END) AS recall,
        printf('%!.20f', CASE kind
            WHEN 'class' THEN f1
            WHEN 'accuracy' THEN accuracy
            WHEN 'macro avg' THEN macro_f1
            WHEN 'weighted avg' THEN weighted_f1
        END) AS f1,
        iif(kind = 'class', support, images) AS support,
        width
    FROM report
    JOIN kind ON CASE
        WHEN kind = 'class' THEN 1
        WHEN kind.place <= 2 THEN report.place = 1
        ELSE report.place = classes
    END
),
rounded AS (
    SELECT
        run,
        part,
        line_number,
        kind,
        name,
        substr(precision, 1, 4) + 0.01 * (
            substr(precision, 5) > '5'
            OR (substr(precision, 5) = '5' AND substr(precision, 4, 1) % 2)) AS precision,
        substr(recall, 1, 4) + 0.01 * (
            substr(recall, 5) > '5'
            OR (substr(recall, 5) = '5' AND substr(recall, 4, 1) % 2)) AS recall,
        substr(f1, 1, 4) + 0.01 * (
            substr(f1, 5) > '5'
            OR (substr(f1, 5) = '5' AND substr(f1, 4, 1) % 2)) AS f1,
        support,
        width
    FROM line
)
SELECT
    run,                                    -- its number
    part,                                   -- validation or test
    line_number,                            -- 1, 2, ...
    CASE kind
        WHEN 'space' THEN ''
        WHEN 'head' THEN printf('%*s  precision    recall  f1-score   support', width, '')
        WHEN 'accuracy' THEN printf('%*s  %9s %9s %9.2f %9d', width, name, '', '', f1, support)
        ELSE printf(
            '%!*s  %9.2f %9.2f %9.2f %9d', width, name, precision, recall, f1, support)
    END AS line                             -- without a line end
FROM rounded;
