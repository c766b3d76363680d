-- Whether a file is an MLflow tracking store: 1 or 0.
SELECT count(*) = 3
FROM sqlite_schema
WHERE type = 'table'
  AND name IN ('alembic_version', 'experiments', 'latest_metrics');
