-- The lines that the demo may edit.
SELECT {columns} FROM {source}
