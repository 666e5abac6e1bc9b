SELECT "mapping_version", "hashed_columns" FROM dbo."MON_Mapping" WHERE "mapping_version" IN (@versions)
