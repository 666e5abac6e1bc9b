-- Lines that are on the board as a whole: a later success resolves what failed in any step before.
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @batch_id
WHERE "resolved_date" IS NULL AND "severity" = 'ERROR'
  AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
    WHERE s."batch_id" = @batch_id AND s."stg_status" = 'API_SUCCESS' AND s."line_key" = {table}."line_key")
  AND NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
    WHERE z."batch_id" = @batch_id AND z."stg_status" <> 'API_SUCCESS' AND z."line_key" = {table}."line_key")
