-- Change sets that no batch was made of yet.
UPDATE dbo."MON_ChangeSet" SET "state" = 'SUPERSEDED'
WHERE "customer" IN (@customers) AND "run_id" <> @run_id AND "state" = 'OPEN'
  AND "run_id" IN (SELECT r."run_id" FROM dbo."MON_Run" r WHERE r."dry" = 0)
