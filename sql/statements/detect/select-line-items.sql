SELECT l."board_id", l."monday_id" FROM dbo."MON_Ledger" l WHERE l."kind" = 'item' AND l."ledger_key" IN (@line_keys)
