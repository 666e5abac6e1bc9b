-- snapshot_archive: a customer's snapshot as Parquet. Always PostgreSQL, and in its dialect.

-- name: delete-archives
-- Deletes the archives that prune has chosen.
DELETE FROM dbo."snapshot_archive" WHERE "id" IN (@ids)

-- name: insert-archive
-- Returns the id. Bytes are passed as base64, and @tags as JSON.
INSERT INTO dbo."snapshot_archive" ("snapshot_date", "customer_filter", "batch_id", "record_count", "parquet_data",
  "file_size_bytes", "saved", "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags")
VALUES (@snapshot_date, @customer, @batch_id, @record_count, decode(CAST(@parquet_base64 AS TEXT), 'base64'),
  @file_size_bytes, @saved, @schema_version, @schema_hash, @content_hash, @checksum, @retention_until, CAST(@tags AS JSONB))
RETURNING "id"

-- name: select-archive
-- Everything about one archive except its bytes.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = @id

-- name: select-archive-sizes
-- Sizes of the archives written after a time, oldest first.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes"
FROM dbo."snapshot_archive" WHERE "snapshot_date" > @since
ORDER BY "id"

-- name: select-archives
-- Everything about the archives of one customer, or of all, except their bytes; oldest first.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE CAST(@customer AS TEXT) IS NULL OR "customer_filter" = @customer
ORDER BY "id"

-- name: select-newest-archive
-- The newest archive of a customer, or of a batch if one is given, if its bytes are unchanged.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = (SELECT MAX("id") FROM dbo."snapshot_archive"
    WHERE "customer_filter" = @customer AND (CAST(@batch_id AS UUID) IS NULL OR "batch_id" = CAST(@batch_id AS UUID)))
  AND encode(sha256("parquet_data"), 'hex') = "checksum"

-- name: select-parquet
-- The bytes of one archive.
SELECT "parquet_data" FROM dbo."snapshot_archive" WHERE "id" = @id
