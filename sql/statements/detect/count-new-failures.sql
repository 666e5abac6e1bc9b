-- Entries that became new at this moment of this run.
SELECT COUNT(*) AS "failures" FROM dbo."ERR_MON_CustMasterSchedule" WHERE "run_id" = @run_id AND "step" = 'detect' AND "created_date" = @now
