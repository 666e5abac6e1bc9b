-- What prune takes away of any table.

-- name: count-expired
-- How many rows t are {expired}, which takes the moments.
SELECT COUNT(*) AS "rows" FROM dbo.{table} t WHERE {expired}

-- name: delete-expired
-- At most so many rows, so that no statement holds locks for long. What is {expired} is said in shared/store/retention.ts.
DELETE FROM dbo.{table}
WHERE EXISTS (SELECT 1
  FROM (SELECT {keys} FROM dbo.{table} t WHERE {expired} ORDER BY {keys} OFFSET 0 ROWS FETCH NEXT @most ROWS ONLY) AS e
  WHERE {sameKeys})
