-- Errors (not warnings) that became new in this batch at this step.
SELECT
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "step" = @step AND "severity" = 'ERROR') +
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id AND "step" = @step AND "severity" = 'ERROR') AS "failures",
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule" WHERE "last_batch_id" = @batch_id AND "step" = @step AND "severity" = 'WARNING') +
  (SELECT COUNT(*) FROM dbo."ERR_MON_CustMasterSchedule_Subitems" WHERE "last_batch_id" = @batch_id AND "step" = @step AND "severity" = 'WARNING') AS "warnings"
