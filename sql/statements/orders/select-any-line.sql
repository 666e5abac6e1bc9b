-- Tells whether the source holds rows.
SELECT 1 AS found FROM {source} ORDER BY found OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
