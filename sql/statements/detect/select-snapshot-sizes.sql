SELECT s."sizes" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s WHERE s."deleted_at" IS NULL AND s."sizes" <> ''
