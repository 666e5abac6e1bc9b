-- What runs found, customers left out that were braked or busy.
SELECT "run_id", SUM("new_lines") AS "new", SUM("changed_lines") AS "changed", SUM("deleted_lines") AS "deleted", SUM("rekeyed_lines") AS "rekeyed"
FROM dbo."MON_ChangeSet" WHERE "run_id" IN (@run_ids) AND "state" NOT IN ('BRAKED', 'BUSY')
GROUP BY "run_id"
