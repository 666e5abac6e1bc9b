-- Makes room for another sample.
DROP TABLE {source}
