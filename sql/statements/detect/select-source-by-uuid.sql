-- @rows: record_uuid uuid
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."record_uuid" = s.{uuid}
