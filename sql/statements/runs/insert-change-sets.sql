-- @rows: customer text(255), state text(32), new_lines int, changed_lines int, deleted_lines int, rekeyed_lines int, unchanged_lines int, pending_deletes int, moved_out int, out_of_scope int, known_lines int, note text
INSERT INTO dbo."MON_ChangeSet" ("run_id", "customer", "state", "new_lines", "changed_lines", "deleted_lines", "rekeyed_lines", "unchanged_lines", "pending_deletes", "moved_out", "out_of_scope", "known_lines", "note")
SELECT q."run_id", r."customer", r."state", r."new_lines", r."changed_lines", r."deleted_lines", r."rekeyed_lines", r."unchanged_lines", r."pending_deletes", r."moved_out", r."out_of_scope", r."known_lines", r."note"
FROM @rows AS r JOIN dbo."MON_Run" q ON q."run_id" = @run_id
