-- Rule 26: a line that failed for good with this very content and mapping is held back for a while.
UPDATE dbo."MON_Change" SET "held" = 1
WHERE "run_id" = @run_id AND "customer" = @customer AND "change" NOT IN ('DELETED', 'REKEYED')
  AND (EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL
        AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version AND e."last_seen_date" > @since)
    OR EXISTS (SELECT 1 FROM dbo."ERR_MON_CustMasterSchedule_Subitems" e
      WHERE e."line_key" = "MON_Change"."line_key" AND e."severity" = 'ERROR' AND e."resolved_date" IS NULL
        AND e."row_hash" = "MON_Change"."row_hash" AND e."mapping_version" = @mapping_version AND e."last_seen_date" > @since))
