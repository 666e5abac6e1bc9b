-- MON_Request: the exact body and idempotency key of a request in flight.

-- name: delete-settled-requests
-- Rule 19: a request is kept until nothing in it is unresolved.
DELETE FROM dbo."MON_Request"
WHERE "board_id" = @board_id AND NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l
  WHERE l."request_id" = "MON_Request"."request_id" AND l."operation" IS NOT NULL)

-- name: insert-request
-- Rule 19: the exact body is stored before it leaves.
INSERT INTO dbo."MON_Request" ("request_id", "board_id", "idempotency_key", "operation", "body", "batch_id", "generation", "created_at", "sent_at")
VALUES (@request_id, @board_id, @idempotency_key, @operation, @body, @batch_id, @generation, @now, @now)
