-- Lines that were staged without repeating what was wrong with them before.
UPDATE dbo.{table} SET "resolved_date" = @now, "resolved_by" = @batch_id
WHERE "step" = 'stage' AND "resolved_date" IS NULL AND ("last_batch_id" IS NULL OR "last_batch_id" <> @batch_id)
  AND EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
    WHERE s."batch_id" = @batch_id AND s."stg_status" <> 'OBSOLETE' AND s."line_key" = {table}."line_key")
