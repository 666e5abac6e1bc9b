-- What is open of lines and their content, whatever step found it; what detect finds, it looks at in every run.
SELECT "err_id", "line_key", "row_hash" FROM dbo.{table}
WHERE "step" <> 'detect' AND "resolved_date" IS NULL AND "line_key" IS NOT NULL AND "row_hash" IS NOT NULL
