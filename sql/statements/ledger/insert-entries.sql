-- Entries of what the ledger has not heard of before.
-- @rows: kind text(32), ledger_key text(255), size text(128), expected_attempt uuid, monday_id text(255), parent_id text(255), answered_values text, operation text(32), pending_values text, pending_columns text, attempt_id uuid, request_id uuid, alias text(128), first_sent_at datetime, last_sent_at datetime, unread_at datetime, tries int, generation int, suspect_since datetime, suspect_until datetime, archived_at datetime
INSERT INTO dbo."MON_Ledger" ("board_id", "kind", "ledger_key", "size", {targets}, "batch_id", "updated_at")
SELECT @board_id, r."kind", r."ledger_key", r."size", {sources}, @batch_id, @now
FROM @rows AS r
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l
  WHERE l."board_id" = @board_id AND l."kind" = r."kind" AND l."ledger_key" = r."ledger_key" AND l."size" = r."size")
