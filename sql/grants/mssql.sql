-- What the tasks need on SQL Server and no more, as a role. Run by an administrator in the database of ORDERS_UNIFIED, after migrate,
-- and again after an upgrade, or after another system has replaced a table: it is safe to repeat. Where WAREHOUSE_SCHEMA or SOURCE_TABLE
-- differ, so do the names here.
IF DATABASE_PRINCIPAL_ID('customer_orders') IS NULL CREATE ROLE "customer_orders";

-- The source is only read.
GRANT SELECT ON dbo."ORDERS_UNIFIED" TO "customer_orders";

-- The pipeline's own tables.
GRANT SELECT, INSERT ON dbo."MON_Mapping" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_Run" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_ChangeSet" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_Change" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE ON dbo."ORDERS_UNIFIED_SNAPSHOT" TO "customer_orders";
GRANT SELECT, INSERT, DELETE ON dbo."MON_ToldName" TO "customer_orders";
GRANT SELECT, INSERT, DELETE ON dbo."MON_RestoredLine" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_BatchProcessing" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."STG_MON_CustMasterSchedule" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."STG_MON_CustMasterSchedule_Subitems" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_CustMasterSchedule" TO "customer_orders";
GRANT SELECT, INSERT, DELETE ON dbo."MON_CustMasterSchedule_Subitems" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."MON_Board" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE ON dbo."MON_Label" TO "customer_orders";
GRANT SELECT, INSERT, DELETE ON dbo."MON_Request" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE ON dbo."MON_Ledger" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."ERR_MON_CustMasterSchedule" TO "customer_orders";
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo."ERR_MON_CustMasterSchedule_Subitems" TO "customer_orders";
GRANT SELECT ON dbo."MON_Schema" TO "customer_orders";

-- What doctor needs to compare the view of the lines' states.
GRANT VIEW DEFINITION ON dbo."v_order_line_status" TO "customer_orders";

-- For BI and planners' tools: that view, and nothing else.
IF DATABASE_PRINCIPAL_ID('customer_orders_readers') IS NULL CREATE ROLE "customer_orders_readers";
GRANT SELECT ON dbo."v_order_line_status" TO "customer_orders_readers";

-- The user of the tasks, made for its login by CREATE USER "orders_user" FOR LOGIN "orders_login":
-- ALTER ROLE "customer_orders" ADD MEMBER "orders_user";

-- For a user who is to run migrate as well, and create the tables and the view:
-- GRANT CREATE TABLE, CREATE VIEW TO "orders_user";
-- GRANT ALTER, SELECT, INSERT, UPDATE, DELETE, REFERENCES ON SCHEMA::dbo TO "orders_user";
