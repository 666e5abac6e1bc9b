SELECT "board_id" FROM dbo."MON_Board"
