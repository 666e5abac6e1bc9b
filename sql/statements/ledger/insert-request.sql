INSERT INTO dbo."MON_Request" ("request_id", "board_id", "idempotency_key", "operation", "body", "batch_id", "generation", "created_at", "sent_at")
VALUES (@request_id, @board_id, @idempotency_key, @operation, @body, @batch_id, @generation, @now, @now)
