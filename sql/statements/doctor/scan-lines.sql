SELECT {columns} FROM dbo.{source} s
