-- Changed lines of one customer and what became of them, failed ones first. The name is that of the item, where one was staged or landed.
SELECT c."line_key", c."change", c."reason", c."held", c."old_customer", c."differences", s."stg_status", s."stg_action", s."stg_monday_item_id",
  s."stg_error_message", s."stg_request_id", s."Group" AS "group", COALESCE(s."Title", m."Title") AS "title"
FROM dbo."MON_Change" c
LEFT JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" AND b."customer_name" = c."customer"
LEFT JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = b."batch_id" AND s."line_key" = c."line_key"
LEFT JOIN dbo."MON_CustMasterSchedule" m ON m."line_key" = c."line_key"
WHERE c."run_id" = @run_id AND c."customer" = @customer
ORDER BY CASE WHEN s."stg_status" IN ('API_FAILED', 'REJECTED') THEN 0 ELSE 1 END,
  CASE c."change" WHEN 'CHANGED' THEN 1 WHEN 'DELETED' THEN 2 WHEN 'NEW' THEN 3 ELSE 4 END, COALESCE(s."Title", m."Title"), c."line_key"
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
