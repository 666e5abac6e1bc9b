-- The newest restore of each customer.
SELECT c."customer", MAX(r."seq") AS "seq" FROM dbo."MON_ChangeSet" c JOIN dbo."MON_Run" r ON r."run_id" = c."run_id"
WHERE r."kind" = 'RESTORE' AND r."dry" = 0
GROUP BY c."customer"
