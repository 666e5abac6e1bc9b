-- The source rows of a batch, as they are now.
SELECT {columns}
FROM {source} s
JOIN dbo."MON_Change" c ON c."record_uuid" = s.{uuid}
WHERE c."run_id" = @run_id AND c."customer" = @customer AND c."held" = 0
