-- Customers of whom the pipeline holds anything that a run may have to change.
SELECT "customer" FROM dbo."ORDERS_UNIFIED_SNAPSHOT"
UNION SELECT "customer_name" FROM dbo."MON_BatchProcessing" WHERE "status" IN (@open_states) AND "dry" = 0
UNION SELECT c."customer" FROM dbo."MON_ChangeSet" c JOIN dbo."MON_Run" r ON r."run_id" = c."run_id" WHERE c."state" = 'OPEN' AND r."dry" = 0
