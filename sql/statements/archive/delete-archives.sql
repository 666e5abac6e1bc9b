DELETE FROM dbo."snapshot_archive" WHERE "id" IN (@ids)
