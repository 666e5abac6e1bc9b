-- What prune deletes from any table.

-- name: count-expired
-- The number of rows t that are {expired}, a condition with times as parameters.
SELECT COUNT(*) AS "rows" FROM dbo.{table} t WHERE {expired}

-- name: delete-expired
-- At most so many rows, so that no statement holds locks for long. shared/store/retention.ts defines {expired}.
DELETE FROM dbo.{table}
WHERE EXISTS (SELECT 1
  FROM (SELECT {keys} FROM dbo.{table} t WHERE {expired} ORDER BY {keys} OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY) AS e
  WHERE {sameKeys})
