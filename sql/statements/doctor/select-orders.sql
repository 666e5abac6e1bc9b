-- Which orders there are, and whose.
SELECT s.{customer} AS "customer", s.{order_number} AS "order_number" FROM dbo.{source} s
WHERE s.{order_number} IS NOT NULL
GROUP BY s.{customer}, s.{order_number}
