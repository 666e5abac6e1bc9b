DELETE FROM dbo."MON_ToldName" WHERE "told_id" IN (@told_ids)
