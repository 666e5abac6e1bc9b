-- @rows: mapping_version text(64), hashed_columns text, created_at datetime
INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at")
SELECT r."mapping_version", r."hashed_columns", r."created_at" FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Mapping" m WHERE m."mapping_version" = r."mapping_version")
