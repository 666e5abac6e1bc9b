SELECT "customer", "state", "new_lines", "changed_lines", "deleted_lines", "rekeyed_lines", "note"
FROM dbo."MON_ChangeSet" WHERE "run_id" = @run_id
ORDER BY "customer"
