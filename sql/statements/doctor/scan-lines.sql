SELECT {columns} FROM dbo.{table} s
