-- The newest archive of a customer, or of a batch when one is given, if its bytes are what they were.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes", "saved",
  "schema_version", "schema_hash", "content_hash", "checksum", "retention_until", "tags"
FROM dbo."snapshot_archive"
WHERE "id" = (SELECT MAX("id") FROM dbo."snapshot_archive"
    WHERE "customer_filter" = @customer AND (CAST(@batch_id AS UUID) IS NULL OR "batch_id" = CAST(@batch_id AS UUID)))
  AND encode(sha256("parquet_data"), 'hex') = "checksum"
