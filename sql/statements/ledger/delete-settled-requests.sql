-- A request is kept until nothing that it holds is unresolved.
DELETE FROM dbo."MON_Request"
WHERE "board_id" = @board_id AND NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l
  WHERE l."request_id" = "MON_Request"."request_id" AND l."operation" IS NOT NULL)
