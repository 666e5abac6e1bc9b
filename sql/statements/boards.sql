-- MON_Board: the board that was used first.

-- name: insert-board
-- Rule 24: the first board ever pushed to is remembered.
INSERT INTO dbo."MON_Board" ("board_id", "remembered_at")
SELECT @board_id, @now
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Board" o)

-- name: select-board
-- The board that is remembered; none before the first push.
SELECT "board_id" FROM dbo."MON_Board"

-- name: update-subitems-board
-- The board of its subitems, as the board has told it last.
UPDATE dbo."MON_Board"
SET "subitems_board_id" = @subitems_board_id
WHERE "board_id" = @board_id AND COALESCE("subitems_board_id", 0) <> @subitems_board_id

-- name: select-subitems-board
-- The board of the subitems of the board that is remembered.
SELECT "subitems_board_id" FROM dbo."MON_Board" WHERE "board_id" = @board_id
