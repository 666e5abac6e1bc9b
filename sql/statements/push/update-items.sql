-- What became of staged lines.
-- @rows: line_key uuid, stg_status text(32), stg_action text(32), monday_id text(255), message text, request_id text(128)
UPDATE dbo."STG_MON_CustMasterSchedule" SET "stg_status" = r."stg_status", "stg_action" = r."stg_action", "stg_monday_item_id" = CAST(r."monday_id" AS BIGINT),
  "stg_error_message" = r."message", "stg_request_id" = COALESCE(r."request_id", "STG_MON_CustMasterSchedule"."stg_request_id"), "stg_processed_date" = @now
FROM @rows AS r
WHERE "STG_MON_CustMasterSchedule"."batch_id" = @batch_id AND "STG_MON_CustMasterSchedule"."line_key" = r."line_key"
