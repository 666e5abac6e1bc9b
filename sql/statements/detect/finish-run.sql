UPDATE dbo."MON_Run" SET "state" = 'DONE', "mapping_version" = @mapping_version, "size_labels" = @size_labels, "source_rows" = @source_rows, "finished_at" = @now, "outputs" = @outputs
WHERE "run_id" = @run_id AND "state" = 'OPEN'
