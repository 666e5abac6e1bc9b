-- Which orders there are, and whose.
SELECT s.{customer} AS "customer", s.{order} AS "order_number" FROM dbo.{table} s
WHERE s.{order} IS NOT NULL
GROUP BY s.{customer}, s.{order}
