DELETE FROM dbo."MON_CustMasterSchedule_Subitems"
WHERE EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
  WHERE s."batch_id" = @batch_id AND s."stg_change" NOT IN ('REKEYED') AND {landed} AND s."line_key" = "MON_CustMasterSchedule_Subitems"."line_key")
