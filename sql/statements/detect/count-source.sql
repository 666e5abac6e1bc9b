SELECT COUNT(*) AS "rows" FROM dbo.{table}
