-- Deleted lines leave the production tables when their item was archived on the board.
DELETE FROM dbo."MON_CustMasterSchedule"
WHERE EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
  WHERE s."batch_id" = @batch_id AND s."stg_change" = 'DELETED' AND {landed} AND s."line_key" = "MON_CustMasterSchedule"."line_key")
