UPDATE dbo."MON_Label" SET "known_ids" = @known_ids, "label_id" = @label_id, "label_text" = @label_text, "updated_at" = @now
WHERE "board_id" = @board_id AND "column_id" = @column_id AND "text_hash" = @text_hash
