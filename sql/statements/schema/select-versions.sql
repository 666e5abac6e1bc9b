SELECT "version" FROM dbo."MON_Schema" ORDER BY "version"
