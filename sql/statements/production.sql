-- MON_CustMasterSchedule and its subitems: what landed, for other systems to read. {landed} is that condition for the staged line s;
-- the columns written are those that the tables have.

-- name: count-missing-lines
-- Lines of which the board has what was sent, and of which the table has no row.
SELECT COUNT(*) AS "lines" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" p
WHERE p."row_hash" IS NOT NULL AND p."deleted_at" IS NULL
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_CustMasterSchedule" m WHERE m."line_key" = p."line_key")

-- name: delete-production-items
-- Rule 25: deleted lines leave the production tables when their item was archived on the board.
DELETE FROM dbo."MON_CustMasterSchedule"
WHERE EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
  WHERE s."batch_id" = @batch_id AND s."stg_change" = 'DELETED' AND {landed} AND s."line_key" = "MON_CustMasterSchedule"."line_key")

-- name: delete-production-subitems
-- Deletes the sizes of lines that landed, to be written again; those of a line that only has another uuid stay.
DELETE FROM dbo."MON_CustMasterSchedule_Subitems"
WHERE EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
  WHERE s."batch_id" = @batch_id AND s."stg_change" NOT IN ('REKEYED') AND {landed} AND s."line_key" = "MON_CustMasterSchedule_Subitems"."line_key")

-- name: delete-subitems-of-deleted
-- The same for the deleted lines alone: under a mapping without sizes a line may still have some of an earlier one.
DELETE FROM dbo."MON_CustMasterSchedule_Subitems"
WHERE EXISTS (SELECT 1 FROM dbo."STG_MON_CustMasterSchedule" s
  WHERE s."batch_id" = @batch_id AND s."stg_change" = 'DELETED' AND {landed} AND s."line_key" = "MON_CustMasterSchedule_Subitems"."line_key")

-- name: insert-production-items
-- Lines that landed and are not in the table yet. {sources} use @now.
INSERT INTO dbo."MON_CustMasterSchedule" ({targets})
SELECT {sources}
FROM dbo."STG_MON_CustMasterSchedule" s
WHERE s."batch_id" = @batch_id AND s."stg_change" <> 'DELETED' AND s."stg_monday_item_id" IS NOT NULL AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_CustMasterSchedule" m WHERE m."line_key" = s."line_key")

-- name: insert-production-subitems
-- Sizes of the lines that landed. {sources} use @now. The batch is a range of one, so that it says nothing about s: with an
-- equality, and no statistics of the batch, every size is compared with every line instead of looking its line up.
INSERT INTO dbo."MON_CustMasterSchedule_Subitems" ({targets})
SELECT {sources}
FROM dbo."STG_MON_CustMasterSchedule_Subitems" z
JOIN dbo."STG_MON_CustMasterSchedule" s ON s."batch_id" = z."batch_id" AND s."line_key" = z."line_key"
WHERE z."batch_id" BETWEEN @batch_id AND @batch_id AND s."stg_change" NOT IN ('DELETED', 'REKEYED') AND s."stg_monday_item_id" IS NOT NULL AND z."stg_monday_subitem_id" IS NOT NULL AND {landed}
  AND NOT EXISTS (SELECT 1 FROM dbo."MON_CustMasterSchedule_Subitems" m WHERE m."line_key" = z."line_key" AND m."Size" = z."Size" {exact})

-- name: update-production-items
-- Lines that landed and are already in the table. {assignments} use @now, and @absent_<n> for each column that may be unknown.
UPDATE dbo."MON_CustMasterSchedule" SET {assignments}
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" NOT IN ('DELETED', 'REKEYED') AND s."stg_monday_item_id" IS NOT NULL AND {landed} AND "MON_CustMasterSchedule"."line_key" = s."line_key"

-- name: update-rekeyed-items
-- Rule 4: of lines that only have another uuid, nothing of what the board shows. {assignments} use @now.
UPDATE dbo."MON_CustMasterSchedule" SET {assignments}
FROM dbo."STG_MON_CustMasterSchedule" AS s
WHERE s."batch_id" = @batch_id AND s."stg_change" = 'REKEYED' AND {landed} AND "MON_CustMasterSchedule"."line_key" = s."line_key"
