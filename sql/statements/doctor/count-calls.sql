-- Requests that batches have made since a moment: about what was used of the account's calls of a day.
SELECT COALESCE(SUM("api_calls_made"), 0) AS "calls" FROM dbo."MON_BatchProcessing" WHERE "start_time" >= @since
