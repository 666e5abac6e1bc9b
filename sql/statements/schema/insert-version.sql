INSERT INTO dbo."MON_Schema" ("version", "script", "applied_at") VALUES (@version, @script, @applied_at)
