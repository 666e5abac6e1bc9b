-- Rule 26: lines that failed for good, whose content and mapping are as they were then, and not long ago.
UPDATE dbo."MON_Change" SET "held" = 1
WHERE "run_id" = @run_id AND "customer" = @customer AND "change" IN ('NEW', 'CHANGED')
  AND (EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version
        AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."last_seen_date" > @failed_after)
    OR EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule_Subitems" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version
        AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL AND e."last_seen_date" > @failed_after))
