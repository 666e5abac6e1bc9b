SELECT "told_id" FROM dbo."MON_ToldName"
