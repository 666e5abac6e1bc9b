SELECT COUNT(*) AS "lines", COALESCE(SUM(CASE WHEN "held" = 1 THEN 1 ELSE 0 END), 0) AS "held"
FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "customer" = @customer
