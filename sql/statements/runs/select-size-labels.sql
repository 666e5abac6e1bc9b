-- Size labels of the newest finished runs, newest first.
SELECT "size_labels" FROM dbo."MON_Run" WHERE "state" = 'DONE' AND "dry" = 0 AND "size_labels" IS NOT NULL
ORDER BY "seq" DESC OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
