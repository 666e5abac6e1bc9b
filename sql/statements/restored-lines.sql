-- MON_RestoredLine: the archived lines of a restore.

-- name: select-restored-kinds
-- The hashed columns of the lines of a restore, and their sizes.
SELECT "sizes", "mapping_version" FROM dbo."MON_RestoredLine" WHERE "run_id" = @run_id AND "customer" = @customer
