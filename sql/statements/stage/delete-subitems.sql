DELETE FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id
