-- Rule 20: labels as the board returned them.

-- name: insert-label
-- A requested label with the ids that the column had before (a JSON list), or the label that came back.
INSERT INTO dbo."MON_Label" ("board_id", "column_id", "text_hash", "sent_text", "known_ids", "label_id", "label_text", "updated_at")
VALUES (@board_id, @column_id, @text_hash, @sent_text, @known_ids, @label_id, @label_text, @now)

-- name: select-labels
-- Labels that were requested by a text and may have come back with another one.
SELECT "column_id", "sent_text", "known_ids", "label_id", "label_text"
FROM dbo."MON_Label"
WHERE "board_id" = @board_id AND ("known_ids" IS NOT NULL OR "label_id" IS NOT NULL)

-- name: update-label
-- The same for a text that was requested before; text_hash is the SHA-256 of the sent text.
UPDATE dbo."MON_Label" SET "known_ids" = @known_ids, "label_id" = @label_id, "label_text" = @label_text, "updated_at" = @now
WHERE "board_id" = @board_id AND "column_id" = @column_id AND "text_hash" = @text_hash
