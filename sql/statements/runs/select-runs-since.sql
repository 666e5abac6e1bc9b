-- Finished runs above a sequence number, with what they covered.
SELECT "seq", "allow_large_change", "outputs" FROM dbo."MON_Run"
WHERE "kind" = 'SYNC' AND "state" = 'DONE' AND "dry" = 0 AND "seq" > @seq
