-- The lines that have this uuid as their key, or have or had it in the source, as far as snapshot and change sets tell.
SELECT "line_key" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @uuid OR "record_uuid" = @uuid
UNION SELECT "line_key" FROM dbo."MON_Change" WHERE "line_key" = @uuid OR "record_uuid" = @uuid OR "old_uuid" = @uuid
