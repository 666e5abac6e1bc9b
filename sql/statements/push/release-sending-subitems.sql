-- Rows that another process was sending when it ended.
UPDATE dbo."STG_MON_CustMasterSchedule_Subitems" SET "stg_status" = 'PENDING' WHERE "batch_id" = @batch_id AND "stg_status" = 'SENDING'
