SELECT "parquet_data" FROM dbo."snapshot_archive" WHERE "id" = @id
