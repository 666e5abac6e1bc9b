-- MON_Board: the board that was used first.

-- name: insert-board
-- Rule 24: the first board ever pushed to is remembered.
INSERT INTO dbo."MON_Board" ("board_id", "remembered_at")
SELECT @board_id, @now
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Board" o)

-- name: select-board
-- The board that is remembered; none before the first push.
SELECT "board_id" FROM dbo."MON_Board"
