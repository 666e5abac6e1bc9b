-- One edit of one line.
UPDATE {source} SET {assignments} WHERE {uuid} = @uuid
