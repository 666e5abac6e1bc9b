-- ORDERS_UNIFIED in the embedded database: sample orders and their edits. {line}: the condition that holds for one line.

-- name: create-source
-- The source table of the sample, instead of the real ORDERS_UNIFIED.
CREATE TABLE {source} (
{columns}
)

-- name: delete-line
-- Deletes one line.
DELETE FROM {source} WHERE {line}

-- name: drop-source
-- Drops the table, for another sample.
DROP TABLE {source}

-- name: select-any-line
-- Whether the source holds rows.
SELECT 1 AS found FROM {source} ORDER BY found OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY

-- name: select-line
-- One complete line, as the model for another one.
SELECT {columns} FROM {source} WHERE {line}

-- name: select-lines
-- The lines that the demo may edit.
SELECT {columns} FROM {source}

-- name: update-line
-- One edit of one line.
UPDATE {source} SET {assignments} WHERE {line}
