-- MON_Board: the board that was used first, and what is used of its account.

-- name: insert-board
-- Rule 24: the first board ever pushed to is remembered.
INSERT INTO dbo."MON_Board" ("board_id", "remembered_at")
SELECT @board_id, @now
WHERE NOT EXISTS (SELECT 1 FROM dbo."MON_Board" o)

-- name: delete-board
-- Takes a board back that was remembered at the same moment as another one.
DELETE FROM dbo."MON_Board" WHERE "board_id" = @board_id

-- name: select-board
-- The board that is remembered; no row before the first push.
SELECT "board_id" FROM dbo."MON_Board"

-- name: update-subitems-board
-- The board of its subitems, as last read from the board.
UPDATE dbo."MON_Board"
SET "subitems_board_id" = @subitems_board_id
WHERE "board_id" = @board_id AND COALESCE("subitems_board_id", 0) <> @subitems_board_id

-- name: select-subitems-board
-- The board of the subitems of the board that is remembered.
SELECT "subitems_board_id" FROM dbo."MON_Board" WHERE "board_id" = @board_id

-- name: add-calls
-- Calls of the day that began at @day. Of an earlier day than the one that is counted now nothing is needed any more.
-- used_up: 1 where the API refuses further ones, null where no answer said.
UPDATE dbo."MON_Board"
SET "calls_day" = @day,
  "calls_made" = CASE WHEN "calls_day" = @day THEN "calls_made" + @calls ELSE @calls END,
  "calls_used_up" = COALESCE(@used_up, CASE WHEN "calls_day" = @day THEN "calls_used_up" END)
WHERE "board_id" = @board_id AND ("calls_day" IS NULL OR "calls_day" <= @day)

-- name: select-calls
-- Calls of the day that was counted last, and how many the account has in a day.
SELECT "calls_per_day", "calls_per_day_at", "calls_day", "calls_made", "calls_used_up" FROM dbo."MON_Board"

-- name: update-calls-per-day
-- How many calls the account has in a day, as the API told it last.
UPDATE dbo."MON_Board" SET "calls_per_day" = @calls, "calls_per_day_at" = @now WHERE "board_id" = @board_id
