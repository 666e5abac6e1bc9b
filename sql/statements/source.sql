-- ORDERS_UNIFIED, or the table or view that SOURCE_TABLE names: read, never written.

-- name: count-source
SELECT COUNT(*) AS "rows" FROM dbo.{table}

-- name: count-source-customers
SELECT s.{customer} AS "spelling", COUNT(*) AS "lines" FROM dbo.{table} s GROUP BY s.{customer}

-- name: scan-lines
SELECT {columns} FROM dbo.{table} s

-- name: scan-source
SELECT {columns} FROM dbo.{table} s

-- name: select-orders
-- Which orders there are, and whose.
SELECT s.{customer} AS "customer", s.{order} AS "order_number" FROM dbo.{table} s
WHERE s.{order} IS NOT NULL
GROUP BY s.{customer}, s.{order}

-- name: select-source-by-text
-- @rows: text text
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."text" {exact} = s.{column}

-- name: select-source-by-uuid
-- @rows: record_uuid uuid
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."record_uuid" = s.{uuid}
