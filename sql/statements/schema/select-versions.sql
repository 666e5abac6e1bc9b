SELECT "version", {checksum} AS "checksum" FROM dbo."MON_Schema" ORDER BY "version"
