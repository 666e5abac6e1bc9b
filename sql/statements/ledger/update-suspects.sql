-- The marks of suspects, and when their latest unread request left. Only of those that nobody has sent or marked since they were read.
-- @rows: kind text(32), ledger_key text(255), size text(128), monday_id text(255), last_sent_at datetime, known_until datetime, suspect_since datetime, suspect_until datetime, unread_at datetime
UPDATE dbo."MON_Ledger" SET "suspect_since" = r."suspect_since", "suspect_until" = r."suspect_until", "unread_at" = r."unread_at", "updated_at" = @now
FROM @rows AS r
WHERE "MON_Ledger"."board_id" = @board_id AND "MON_Ledger"."kind" = r."kind" AND "MON_Ledger"."ledger_key" = r."ledger_key" AND "MON_Ledger"."size" = r."size"
  AND ("MON_Ledger"."monday_id" = r."monday_id" OR ("MON_Ledger"."monday_id" IS NULL AND r."monday_id" IS NULL))
  AND "MON_Ledger"."last_sent_at" = r."last_sent_at" AND "MON_Ledger"."suspect_until" = r."known_until"
  AND "MON_Ledger"."attempt_id" IS NULL AND "MON_Ledger"."operation" IS NULL
