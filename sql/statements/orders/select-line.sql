-- One whole line, to make another one after it.
SELECT {columns} FROM {source} WHERE {uuid} = @uuid
