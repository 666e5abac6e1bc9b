-- The restore of an archive whose batch is not finished.
SELECT b."batch_id", r."outputs"
FROM dbo."MON_Run" r
JOIN dbo."MON_BatchProcessing" b ON b."run_id" = r."run_id"
WHERE r."kind" = 'RESTORE' AND r."dry" = 0 AND r."archive_id" = @archive_id AND b."customer_name" = @customer AND b."status" IN (@open_states)
