INSERT INTO dbo."MON_CustMasterSchedule_Subitems" ({targets})
SELECT {sources}
FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = z."batch_id" AND s."line_key" = z."line_key"
WHERE z."batch_id" = @batch_id AND s."stg_change" NOT IN ('DELETED', 'REKEYED') AND s."stg_monday_item_id" IS NOT NULL AND z."stg_monday_subitem_id" IS NOT NULL AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_CustMasterSchedule_Subitems" m WHERE m."line_key" = z."line_key" AND m."Size" = z."Size" {exact})
