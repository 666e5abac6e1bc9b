import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { hashedColumns } from '../../shared/mapping/mapping-version.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { sqlType } from '../../shared/warehouse/port/sql-types.js';
import { parseStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import {
  type BulkColumn,
  DEFAULT_SCHEMA,
  type Queryable,
  type Row,
  type Scalar,
  type Warehouse,
} from '../../shared/warehouse/port/warehouse.js';
import { createTestDatabase } from './database.js';
import { createWarehouseDatabase, ENGINE, openWarehouseAt } from './engine.js';
import { sizesOf } from './sized.js';

export const mapping = loadMapping();
/** The pipeline of the tests that have no warehouse at hand. */
export const IN_DBO = { schema: DEFAULT_SCHEMA };

/** Sizes of the small source table: enough to have an order, and names that look like integers. */
export const SIZES = ['XS', 'S', 'M', 'L', 'XL', '28', '30/30', 'OS'] as const;

const shownSizes = sizesOf(mapping);
const DATES = new Set(['ORDER DATE PO RECEIVED', 'ETA CUSTOMER WAREHOUSE DATE', 'EX FACTORY DATE']);
const MARKERS = new Set([shownSizes.after, shownSizes.before]);

/** The columns of a small ORDERS_UNIFIED: all that the mapping reads, in the real order around the sizes. */
export const SOURCE_COLUMNS: readonly BulkColumn[] = [
  { name: 'record_uuid', type: 'uuid' },
  ...hashedColumns(mapping)
    .filter((name) => !MARKERS.has(name))
    .map((name): BulkColumn => ({ name, type: DATES.has(name) ? 'date' : 'text' })),
  { name: shownSizes.after, type: 'text' },
  { name: 'INFOR COLOUR CODE', type: 'text' },
  ...SIZES.map((name): BulkColumn => ({ name, type: 'int' })),
  { name: shownSizes.before, type: 'int' },
];

export type SourceLine = Readonly<Record<string, string | number | null>>;

export interface TestWarehouse {
  url: string;
  /** A PostgreSQL database for archives: the warehouse's own one where that is PostgreSQL. */
  archiveUrl: string;
  archive: Warehouse;
  warehouse: Warehouse;
  drop(): Promise<void>;
}

/** A migrated warehouse with an empty small ORDERS_UNIFIED, copied from a template that is made once per run. */
export async function openTestWarehouse(): Promise<TestWarehouse> {
  const database = await createWarehouseDatabase({
    name: 'warehouse',
    fill: async (url) => {
      const warehouse = await openWarehouseAt(url);
      await migrate(warehouse, mapping, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
      const columns = SOURCE_COLUMNS.map(({ name, type }) => `${quoteIdentifier(name)} ${sqlType(ENGINE, type)} NULL`);
      await sql(warehouse, `CREATE TABLE dbo."ORDERS_UNIFIED" (${columns.join(', ')})`);
      await warehouse.close();
    },
  });
  const warehouse = await openWarehouseAt(database.url);
  const common = { url: database.url, warehouse };
  const dropWarehouse = async (): Promise<void> => {
    await warehouse.close();
    await database.drop();
  };
  if (ENGINE === 'postgres') return { ...common, archiveUrl: database.url, archive: warehouse, drop: dropWarehouse };
  const archives = await createTestDatabase();
  const archive = await openWarehouseAt(archives.url);
  return {
    ...common,
    archiveUrl: archives.url,
    archive,
    drop: async () => {
      await dropWarehouse();
      await archive.close();
      await archives.drop();
    },
  };
}

/** Runs SQL written in a test. */
export function sql(warehouse: Queryable, text: string, parameters: Record<string, Scalar> = {}): Promise<Row[]> {
  return warehouse.query(parseStatement('test', text), parameters);
}

/** A uuid that a reader recognises: 1 gives 00000000-0000-4000-8000-000000000001. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A line that is in scope and complete, with what a test wants to be different. */
export function line(n: number, changes: SourceLine = {}): SourceLine {
  const sizes = SIZES.reduce((sum, size) => sum + Number(changes[size] ?? 0), 0);
  return {
    record_uuid: uuid(n),
    'AAG ORDER NUMBER': `GRE-${String(n).padStart(5, '0')}`,
    'CUSTOMER NAME': 'GREYSON CLOTHIERS',
    'AAG SEASON': '2025 FALL',
    'CUSTOMER STYLE': `MSP26B${n}`,
    'CUSTOMER COLOUR DESCRIPTION': 'BLACK',
    'ORDER TYPE': 'ACTIVE',
    'UNIT OF MEASURE': 'PCE',
    'TOTAL QTY': sizes,
    ...changes,
  };
}

export async function insertLines(warehouse: Warehouse, lines: readonly SourceLine[]): Promise<void> {
  await warehouse.bulkLoad(
    'ORDERS_UNIFIED',
    SOURCE_COLUMNS,
    lines.map((values) => SOURCE_COLUMNS.map(({ name }) => values[name] ?? null)),
  );
}

export async function updateLine(warehouse: Warehouse, n: number, changes: SourceLine): Promise<void> {
  const assignments = Object.keys(changes).map((name, index) => `${quoteIdentifier(name)} = @v${index}`);
  const values = Object.fromEntries(Object.values(changes).map((value, index) => [`v${index}`, value]));
  await sql(warehouse, `UPDATE dbo."ORDERS_UNIFIED" SET ${assignments.join(', ')} WHERE "record_uuid" = @uuid`, {
    ...values,
    uuid: uuid(n),
  });
}

export async function deleteLine(warehouse: Warehouse, n: number): Promise<void> {
  await sql(warehouse, 'DELETE FROM dbo."ORDERS_UNIFIED" WHERE "record_uuid" = @uuid', { uuid: uuid(n) });
}
