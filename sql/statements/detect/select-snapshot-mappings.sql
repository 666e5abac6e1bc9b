-- The mapping versions under which lines of the snapshot were acknowledged.
SELECT m."mapping_version", m."hashed_columns" FROM dbo."MON_Mapping" m
WHERE m."mapping_version" IN (SELECT s."mapping_version" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" s)
