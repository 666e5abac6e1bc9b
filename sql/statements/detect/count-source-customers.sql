SELECT s.{customer} AS "spelling", COUNT(*) AS "lines" FROM dbo.{table} s GROUP BY s.{customer}
