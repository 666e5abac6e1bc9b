-- MON_Schema: the numbered steps applied to a database.

-- name: insert-version
-- Records a step, once.
INSERT INTO dbo."MON_Schema" ("version", "script", "applied_at", "checksum")
SELECT CAST(@version AS INT), @script, @applied_at, @checksum
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Schema" WHERE "version" = CAST(@version AS INT))

-- name: select-versions
-- The steps applied to a database; {checksum} is NULL if the table of an earlier version lacks the column.
SELECT "version", {checksum} AS "checksum" FROM dbo."MON_Schema" ORDER BY "version"
