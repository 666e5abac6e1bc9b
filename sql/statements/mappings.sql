-- MON_Mapping: mapping versions and the columns they hash.

-- name: insert-mapping
-- Existing versions stay unchanged. hashed_columns: names as JSON.
-- @rows: mapping_version text(64), hashed_columns text, created_at datetime
INSERT INTO dbo."MON_Mapping" ("mapping_version", "hashed_columns", "created_at")
SELECT r."mapping_version", r."hashed_columns", r."created_at" FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Mapping" m WHERE m."mapping_version" = r."mapping_version")

-- name: select-hashed-columns
-- Unknown versions have no row.
SELECT "mapping_version", "hashed_columns" FROM dbo."MON_Mapping" WHERE "mapping_version" IN (@versions)

-- name: select-snapshot-mappings
-- The mapping versions under which lines of the snapshot were acknowledged.
SELECT m."mapping_version", m."hashed_columns" FROM dbo."MON_Mapping" m
WHERE m."mapping_version" IN (SELECT s."mapping_version" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s)
