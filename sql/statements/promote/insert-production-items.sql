INSERT INTO dbo."MON_CustMasterSchedule" ({targets})
SELECT {sources}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND s."stg_monday_item_id" IS NOT NULL AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_CustMasterSchedule" m WHERE m."line_key" = s."line_key")
