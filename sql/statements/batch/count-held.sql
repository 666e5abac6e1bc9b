SELECT "customer", COUNT(*) AS "held" FROM dbo."MON_Change" WHERE "run_id" = @run_id AND "held" = 1 GROUP BY "customer"
