SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = @id
