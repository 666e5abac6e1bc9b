-- @rows: text text
SELECT {columns} FROM dbo.{table} s JOIN @rows AS r ON r."text" {exact} = s.{column}
