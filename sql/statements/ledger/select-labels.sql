-- Labels that were asked for by a text and may have come back as another one.
SELECT "column_id", "sent_text", "known_ids", "label_id", "label_text"
FROM dbo."MON_Label"
WHERE "board_id" = @board_id AND ("known_ids" IS NOT NULL OR "label_id" IS NOT NULL)
