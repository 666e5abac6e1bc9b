-- Sizes that push has added stand behind all of the source's.
SELECT
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" NOT IN ('REJECTED', 'OBSOLETE')) AS "items",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule_Subitems" WHERE "batch_id" = @batch_id AND "Order Qty" > 0 AND "size_order" < 100000) AS "subitems",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" = 'REJECTED') AS "rejected",
  (SELECT COUNT(*) FROM dbo."STG_MON_CustMasterSchedule" WHERE "batch_id" = @batch_id AND "stg_status" = 'OBSOLETE') AS "obsolete"
