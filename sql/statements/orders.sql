-- ORDERS_UNIFIED of the embedded default: sample orders and their edits.

-- name: create-source
-- The source table of the sample, in place of the real ORDERS_UNIFIED.
CREATE TABLE {source} (
{columns}
)

-- name: delete-line
-- One line vanishes.
DELETE FROM {source} WHERE {uuid} = @uuid

-- name: drop-source
-- Makes room for another sample.
DROP TABLE {source}

-- name: select-any-line
-- Tells whether the source holds rows.
SELECT 1 AS found FROM {source} ORDER BY found OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY

-- name: select-line
-- One whole line, to make another one after it.
SELECT {columns} FROM {source} WHERE {uuid} = @uuid

-- name: select-lines
-- The lines that the demo may edit.
SELECT {columns} FROM {source}

-- name: update-line
-- One edit of one line.
UPDATE {source} SET {assignments} WHERE {uuid} = @uuid
