-- MON_RestoredLine: the archived lines of a restore.

-- name: select-restored-kinds
-- What the lines of a restore were hashed by, and the sizes they have.
SELECT "sizes", "mapping_version" FROM dbo."MON_RestoredLine" WHERE "run_id" = @run_id AND "customer" = @customer
