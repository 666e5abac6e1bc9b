-- Takes a change set for a batch, unless a newer detect has superseded it: then no row is touched. Holds the row until commit.
UPDATE dbo."MON_ChangeSet" SET "state" = 'BATCHED' WHERE "run_id" = @run_id AND "customer" = @customer AND "state" IN ('OPEN', 'BATCHED')
