-- 0 rows: a newer run, or another container, was quicker.
UPDATE dbo."MON_ChangeSet" SET "state" = @state WHERE "run_id" = @run_id AND "customer" = @customer AND "state" IN (@from)
