SELECT l."board_id", l."ledger_key", l."monday_id", l."archived_at" FROM dbo."MON_Ledger" l WHERE l."kind" = 'item' AND l."ledger_key" IN (@line_keys)
