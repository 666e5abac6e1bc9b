-- Rule 4: a renewed uuid with equal content needs no request.
UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = 'API_SUCCESS', "stg_action" = 'UNCHANGED', "stg_processed_date" = @now
WHERE "batch_id" = @batch_id AND "stg_change" = 'REKEYED' AND "stg_status" = 'PENDING'
