-- The newest run of all, and the newest that tells which sizes the source had: later ones are compared with them.
SELECT MAX(r."seq") AS "seq" FROM dbo."MON_Run" r
UNION SELECT MAX(r."seq") AS "seq" FROM dbo."MON_Run" r WHERE r."state" = 'DONE' AND r."dry" = 0 AND r."size_labels" IS NOT NULL
