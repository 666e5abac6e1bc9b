-- Every run looks at every row: what it does not report again is put right.
UPDATE dbo."ERR_MON_CustMasterSchedule" SET "resolved_date" = @now, "resolved_by" = @run_id
WHERE "step" = 'detect' AND "resolved_date" IS NULL AND "last_seen_date" < @now
