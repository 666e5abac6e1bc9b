-- ORDERS_UNIFIED, or the table or view that SOURCE_TABLE names: read, never written. {table} is its name; the other placeholders name its columns.

-- name: count-source
SELECT COUNT(*) AS "rows" FROM dbo.{table}

-- name: count-source-customers
-- Every spelling of a customer, null included, with its number of lines.
SELECT s.{customer} AS "spelling", COUNT(*) AS "lines" FROM dbo.{table} s GROUP BY s.{customer}

-- name: scan-source
-- Rule 3: every line of every customer.
SELECT {columns} FROM dbo.{table} s

-- name: select-source-by-text
-- Lines whose {column} is one of these texts, by code point.
-- @rows: text text
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."text" {exact} = {column}

-- name: select-source-by-uuid
-- Lines that have one of these uuids.
-- @rows: record_uuid uuid
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."record_uuid" = s.{uuid}
