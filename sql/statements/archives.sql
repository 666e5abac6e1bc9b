-- snapshot_archive, in PostgreSQL alone: a customer's snapshot as Parquet.

-- name: delete-archives
DELETE FROM dbo."snapshot_archive" WHERE "id" IN (@ids)

-- name: insert-archive
-- PostgreSQL only, as all statements on snapshot_archive.
INSERT INTO dbo."snapshot_archive" ("snapshot_date", "customer_filter", "batch_id", "record_count", "parquet_data",
  "file_size_bytes", "saved", "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags")
VALUES (@snapshot_date, @customer, @batch_id, @record_count, decode(CAST(@parquet_base64 AS TEXT), 'base64'),
  @file_size_bytes, @saved, @schema_version, @schema_hash, @content_hash, @checksum, @retention_until, CAST(@tags AS JSONB))
RETURNING "id"

-- name: select-archive
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = @id

-- name: select-archive-sizes
-- PostgreSQL only, as all statements on snapshot_archive. Oldest first.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes"
FROM dbo."snapshot_archive" WHERE "snapshot_date" > @since
ORDER BY "id"

-- name: select-archives
-- Everything about archives but their bytes, oldest first.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE CAST(@customer AS TEXT) IS NULL OR "customer_filter" = @customer
ORDER BY "id"

-- name: select-newest-archive
-- The newest archive of a customer, or of a batch when one is given, if its bytes are what they were.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = (SELECT MAX("id") FROM dbo."snapshot_archive"
    WHERE "customer_filter" = @customer AND (CAST(@batch_id AS UUID) IS NULL OR "batch_id" = CAST(@batch_id AS UUID)))
  AND encode(sha256("parquet_data"), 'hex') = "checksum"

-- name: select-parquet
SELECT "parquet_data" FROM dbo."snapshot_archive" WHERE "id" = @id
