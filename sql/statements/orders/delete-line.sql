-- One line vanishes.
DELETE FROM {source} WHERE {uuid} = @uuid
