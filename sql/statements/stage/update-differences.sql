-- What changes of a line, where detect has not recorded it.
-- @rows: line_key uuid, differences text
UPDATE dbo."MON_Change" SET "differences" = r."differences" FROM @rows AS r
WHERE "MON_Change"."run_id" = @run_id AND "MON_Change"."line_key" = r."line_key" AND "MON_Change"."differences" IS NULL
