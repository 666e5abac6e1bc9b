-- PostgreSQL only, as all statements on snapshot_archive.
INSERT INTO dbo."snapshot_archive" ("snapshot_date", "customer_filter", "batch_id", "record_count", "parquet_data",
  "file_size_bytes", "saved", "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags")
VALUES (@snapshot_date, @customer, @batch_id, @record_count, decode(CAST(@parquet_base64 AS TEXT), 'base64'),
  @file_size_bytes, @saved, @schema_version, @schema_hash, @content_hash, @checksum, @retention_until, CAST(@tags AS JSONB))
RETURNING "id"
