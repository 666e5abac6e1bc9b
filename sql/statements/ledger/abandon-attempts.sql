-- Sends that another process began and whose answers nobody reads any more: they count as unread since they were begun.
UPDATE dbo."MON_Ledger" SET "attempt_id" = NULL, "unread_at" = "last_sent_at", "tries" = "tries" + 1, "updated_at" = @now
WHERE "board_id" = @board_id AND "attempt_id" IS NOT NULL
