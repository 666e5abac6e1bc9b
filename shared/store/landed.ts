/**
 * Rule 25: a line has landed when its own row and every size were answered with success and nothing of it is unresolved
 * in the ledger. `s` is the staged line. One definition for every statement of promote.
 */
export const LANDED = `(s."stg_status" = 'API_SUCCESS'
    AND NOT EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule_Subitems" y
      WHERE y."batch_id" = s."batch_id" AND y."line_key" = s."line_key" AND y."stg_status" <> 'API_SUCCESS')
    AND NOT EXISTS (SELECT 1 FROM dbo."MON_Ledger" l
      WHERE l."operation" IS NOT NULL AND l."kind" IN ('item', 'size') AND l."ledger_key" = LOWER(CAST(s."line_key" AS VARCHAR(36)))))`;
