import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Mapping } from '../../mapping/mapping.js';
import type { Engine } from '../../warehouse/port/sql-types.js';
import { parseStatement, quoteIdentifier } from '../../warehouse/port/statements.js';
import type { Warehouse } from '../../warehouse/port/warehouse.js';
import { blocksOf } from '../blocks.js';
import type { MigrationStep } from './plan.js';
import { RAW_PREFIX } from './table.js';

/** The state of every line, for BI and planners' tools. */
export const ORDER_LINE_STATUS = 'v_order_line_status';

/** A view of ours: its columns in their order, and what it selects, with the schema written `dbo.`. */
export interface View {
  name: string;
  columns: readonly string[];
  select: string;
  /** Part of the definition that identifies it: neither engine returns a view as it was written. */
  mark: string;
}

/** A view compared with the existing one. */
export interface PlannedView {
  name: string;
  state: 'agrees' | 'missing' | 'differs';
}

const orderLineStatus = blocksOf('views').statement('order-line-status', {}, ['order', 'staged_order', 'mark']);

/** The views of the warehouse that are ours. The order number is kept in a column that the mapping names. */
export function warehouseViews({ source: { orderNumber } }: Mapping): readonly View[] {
  const places = { order: quoteIdentifier(orderNumber), staged_order: quoteIdentifier(`${RAW_PREFIX}${orderNumber}`) };
  const digest = createHash('sha256')
    .update(orderLineStatus({ ...places, mark: '' }).text)
    .digest('hex');
  const mark = `definition ${digest.slice(0, 12)}`;
  const { text } = orderLineStatus({ ...places, mark: `'${mark}'` });
  const columns = ['line_key', 'order_number', 'customer', 'state', 'since', 'reason', 'item_id', 'last_sent'];
  return [{ name: ORDER_LINE_STATUS, columns, select: text, mark }];
}

/** The definition of a view by its schema and name; null where our user may not see it. */
const DEFINITION: Readonly<Record<Engine, string>> = {
  postgres: `SELECT pg_catalog.pg_get_viewdef(c.oid) AS "definition" FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = @schema AND c.relname = @name AND c.relkind = 'v'`,
  mssql: `SELECT OBJECT_DEFINITION(v."object_id") AS "definition" FROM "sys"."views" v
    JOIN "sys"."schemas" s ON s."schema_id" = v."schema_id" WHERE s."name" = @schema AND v."name" = @name`,
};
const definitionRow = z.object({ definition: z.string().nullable() });

/** The steps that create the views. One that differs is replaced, because it holds no data. */
export async function planViews(
  warehouse: Warehouse,
  views: readonly View[],
): Promise<{ views: readonly PlannedView[]; steps: readonly MigrationStep[] }> {
  const planned: PlannedView[] = [];
  const steps: MigrationStep[] = [];
  for (const view of views) {
    const state = await stateOf(warehouse, view);
    planned.push({ name: view.name, state });
    if (state === 'missing') steps.push(stepOf(warehouse.engine, `create ${view.name}`, [createView(view)]));
    if (state === 'differs')
      steps.push(stepOf(warehouse.engine, `replace ${view.name}`, await replaceView(warehouse, view)));
  }
  return { views: planned, steps };
}

async function stateOf(warehouse: Warehouse, { name, mark }: View): Promise<PlannedView['state']> {
  const statement = parseStatement('select-view-definition', DEFINITION[warehouse.engine]);
  const [row] = await warehouse.query(statement, { schema: warehouse.schema, name });
  if (row === undefined) return 'missing';
  const { definition } = definitionRow.parse(row);
  return definition === null || definition.includes(mark) ? 'agrees' : 'differs';
}

/** Permissions on it stay, except on PostgreSQL if its columns differ: there it has to be created again. */
async function replaceView(warehouse: Warehouse, view: View): Promise<string[]> {
  if (warehouse.engine === 'mssql') return [createView(view, 'CREATE OR ALTER VIEW')];
  const live = (await warehouse.columns(view.name)).map(({ name }) => name);
  return live.join() === view.columns.join()
    ? [createView(view, 'CREATE OR REPLACE VIEW')]
    : [`DROP VIEW dbo.${quoteIdentifier(view.name)}`, createView(view)];
}

export function createView({ name, select }: View, create = 'CREATE VIEW'): string {
  return `${create} dbo.${quoteIdentifier(name)} AS\n${select}`;
}

/** SQL Server requires CREATE VIEW to be the only statement of its batch. */
function stepOf(engine: Engine, what: string, statements: readonly string[]): MigrationStep {
  return { what, statements, ...(engine === 'mssql' ? { ownBatch: true } : {}) };
}
