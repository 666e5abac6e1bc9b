INSERT INTO dbo."MON_Schema" ("version", "script", "applied_at", "checksum")
SELECT CAST(@version AS INT), @script, @applied_at, @checksum
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Schema" WHERE "version" = CAST(@version AS INT))
