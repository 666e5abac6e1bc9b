-- The new owner token stops a container that still works on one of them.
UPDATE dbo."MON_BatchProcessing" SET "status" = 'SUPERSEDED', "superseded_by" = @run_id, "owner_token" = @owner_token, "end_time" = @now
WHERE "customer_name" IN (@customers) AND "status" IN (@open_states) AND "dry" = 0
