-- Newest first, dry runs left out; up to a sequence number.
SELECT "run_id", "seq", "state", "kind", "method", "dry", "full", "filter", "mapping_version", "source_rows", "started_at", "finished_at", "outputs"
FROM dbo."MON_Run" WHERE "dry" = 0 AND "seq" <= @seq
ORDER BY "seq" DESC
OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY
