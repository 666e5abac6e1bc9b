SELECT COUNT(*) AS "rows" FROM dbo.{table} t WHERE {expired}
