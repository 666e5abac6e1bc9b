DELETE FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id
