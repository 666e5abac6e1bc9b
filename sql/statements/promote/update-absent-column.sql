-- @rows: line_key uuid, value text
UPDATE dbo."STG_MON_CustMasterSchedule" SET {column} = r."value"
FROM @rows AS r
WHERE "STG_MON_CustMasterSchedule"."batch_id" = @batch_id AND "STG_MON_CustMasterSchedule"."line_key" = r."line_key"
