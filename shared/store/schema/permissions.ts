import { quoteIdentifier } from '../../warehouse/port/statements.js';
import type { TablePermission } from '../../warehouse/port/warehouse.js';
import { ORDER_LINE_STATUS } from './views.js';

/** The permissions that the tasks need on one table. */
export interface NeededPermissions {
  table: string;
  permissions: readonly TablePermission[];
}

const READ = ['SELECT'] as const;
const ADD = ['SELECT', 'INSERT'] as const;
const KEEP = ['SELECT', 'INSERT', 'UPDATE'] as const;
const RENEW = ['SELECT', 'INSERT', 'DELETE'] as const;
const ALL = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** The pipeline's own tables. A test derives the same from the statements: exactly what they do is needed. */
const OWN: Readonly<Record<string, readonly TablePermission[]>> = {
  MON_Mapping: ADD,
  MON_Run: ALL,
  MON_ChangeSet: ALL,
  MON_Change: ALL,
  ORDERS_UNIFIED_SNAPSHOT: KEEP,
  MON_ToldName: RENEW,
  MON_RestoredLine: RENEW,
  MON_BatchProcessing: ALL,
  STG_MON_CustMasterSchedule: ALL,
  STG_MON_CustMasterSchedule_Subitems: ALL,
  MON_CustMasterSchedule: ALL,
  MON_CustMasterSchedule_Subitems: RENEW,
  MON_Board: ALL,
  MON_Label: KEEP,
  MON_Request: RENEW,
  MON_Ledger: KEEP,
  ERR_MON_CustMasterSchedule: ALL,
  ERR_MON_CustMasterSchedule_Subitems: ALL,
  MON_Schema: READ,
};

/** What every task except migrate needs, the source first. */
export function neededPermissions(sourceTable: string): NeededPermissions[] {
  return [
    { table: sourceTable, permissions: READ },
    ...Object.entries(OWN).map(([table, permissions]): NeededPermissions => ({ table, permissions })),
  ];
}

/** The checked-in script that grants them to a role on SQL Server. */
export function grantScript(): string {
  const [source, ...own] = neededPermissions('ORDERS_UNIFIED').map(
    ({ table, permissions }) =>
      `GRANT ${permissions.join(', ')} ON dbo.${quoteIdentifier(table)} TO "customer_orders";`,
  );
  return `-- What the tasks need on SQL Server and no more, as a role. Run by an administrator in the database of ORDERS_UNIFIED, after migrate,
-- and again after an upgrade, or after another system has replaced a table: it is safe to repeat. Where WAREHOUSE_SCHEMA or SOURCE_TABLE
-- differ, so do the names here.
IF DATABASE_PRINCIPAL_ID('customer_orders') IS NULL CREATE ROLE "customer_orders";

-- The source is only read.
${source}

-- The pipeline's own tables.
${own.join('\n')}

-- What doctor needs to compare the view of the lines' states.
GRANT VIEW DEFINITION ON dbo.${quoteIdentifier(ORDER_LINE_STATUS)} TO "customer_orders";

-- For BI and planners' tools: that view, and nothing else.
IF DATABASE_PRINCIPAL_ID('customer_orders_readers') IS NULL CREATE ROLE "customer_orders_readers";
GRANT SELECT ON dbo.${quoteIdentifier(ORDER_LINE_STATUS)} TO "customer_orders_readers";

-- The user of the tasks, made for its login by CREATE USER "orders_user" FOR LOGIN "orders_login":
-- ALTER ROLE "customer_orders" ADD MEMBER "orders_user";

-- For a user who is to run migrate as well, and create the tables and the view:
-- GRANT CREATE TABLE, CREATE VIEW TO "orders_user";
-- GRANT ALTER, SELECT, INSERT, UPDATE, DELETE, REFERENCES ON SCHEMA::dbo TO "orders_user";
`;
}
