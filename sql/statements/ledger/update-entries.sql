-- Rule 14: an entry is written only while its latest attempt is still the one the writer knows of.
-- @rows: kind text(32), ledger_key text(255), size text(128), expected_attempt uuid, monday_id text(255), parent_id text(255), answered_values text, operation text(32), pending_values text, pending_columns text, attempt_id uuid, request_id uuid, alias text(128), first_sent_at datetime, last_sent_at datetime, unread_at datetime, tries int, generation int, suspect_since datetime, suspect_until datetime, archived_at datetime
UPDATE dbo."MON_Ledger" SET {assignments}, "batch_id" = COALESCE(@batch_id, "MON_Ledger"."batch_id"), "updated_at" = @now
FROM @rows AS r
WHERE "MON_Ledger"."board_id" = @board_id AND "MON_Ledger"."kind" = r."kind" AND "MON_Ledger"."ledger_key" = r."ledger_key" AND "MON_Ledger"."size" = r."size"
  AND ("MON_Ledger"."attempt_id" = r."expected_attempt" OR ("MON_Ledger"."attempt_id" IS NULL AND r."expected_attempt" IS NULL))
