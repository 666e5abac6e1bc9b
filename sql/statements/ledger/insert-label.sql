INSERT INTO dbo."MON_Label" ("board_id", "column_id", "text_hash", "sent_text", "known_ids", "label_id", "label_text", "updated_at")
VALUES (@board_id, @column_id, @text_hash, @sent_text, @known_ids, @label_id, @label_text, @now)
