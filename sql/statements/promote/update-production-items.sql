UPDATE dbo."MON_CustMasterSchedule" SET {assignments}
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND s."stg_monday_item_id" IS NOT NULL AND {landed} AND "MON_CustMasterSchedule"."line_key" = s."line_key"
