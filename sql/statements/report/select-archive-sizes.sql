-- PostgreSQL only, as all statements on snapshot_archive. Oldest first.
SELECT "id", "snapshot_date", "customer_filter", "batch_id", "record_count", "file_size_bytes"
FROM dbo."snapshot_archive" WHERE "snapshot_date" > @since
ORDER BY "id"
