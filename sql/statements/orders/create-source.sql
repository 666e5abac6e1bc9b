-- The source table of the sample, in place of the real ORDERS_UNIFIED.
CREATE TABLE {source} (
{columns}
)
