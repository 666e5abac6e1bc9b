import { STAGED_ITEMS } from '../../shared/store/schema/batch-tables.js';
import { LANDED } from '../../shared/store/states.js';
import { type BulkRows, rowChunks } from '../../shared/warehouse/port/bulk-rows.js';
import { parseStatement, type Statement } from '../../shared/warehouse/port/statements.js';
import type {
  ArrayRow,
  BulkColumn,
  Parameters,
  Queryable,
  Row,
  Warehouse,
} from '../../shared/warehouse/port/warehouse.js';
import { MODEL_RULES } from '../model/rules.js';
import { intercept } from '../tasks/detect/intercept.js';
import type { Seam } from './simulation.js';

/** Rules that can be taken out: those of the model, and of rule 19 the audit of suspects, for which it has no lag. */
export const CHAOS_RULES = [...MODEL_RULES, 19] as const;
export type ChaosRule = (typeof CHAOS_RULES)[number];

/**
 * Takes one rule of the protocol out of a simulation, at the seams between the tasks and what they work with: their
 * statements, their settings, the board's answers. The code of the tasks stays as it is.
 */
export function withoutRule(rule: ChaosRule): Seam {
  switch (rule) {
    case 13:
      return { warehouse: (warehouse) => altered(warehouse, { bulkLoad: hashAsDetected(warehouse) }) };
    case 14:
      return { warehouse: (warehouse) => altered(warehouse, { execute: unguarded, query: neverSent }) };
    case 15:
      return { fetch: findingNothing };
    case 16:
      return { warehouse: (warehouse) => altered(warehouse, { execute: stillAcknowledged }) };
    case 17:
      return { warehouse: (warehouse) => altered(warehouse, { query: forgettingOpenColumns }) };
    case 18:
      return { env: { MONDAY_SETTLE_WAIT: '0s' } };
    case 19:
      return { warehouse: (warehouse) => altered(warehouse, { query: suspectingNothing }) };
    case 25:
      return { warehouse: (warehouse) => altered(warehouse, { execute: landedOrNot, query: landedOrNot }) };
  }
}

type Alter<R> = (statement: Statement, run: (statement: Statement) => Promise<R>) => Promise<R>;

interface Alterations {
  query?: Alter<Row[]>;
  execute?: Alter<number>;
  bulkLoad?: (table: string, columns: readonly BulkColumn[], rows: BulkRows) => BulkRows;
}

function altered(warehouse: Warehouse, alterations: Alterations): Warehouse {
  return intercept<Warehouse>(warehouse, {
    ...alteredQueryable(warehouse, alterations),
    transaction: (work) => warehouse.transaction((transaction) => work(alteredQueryable(transaction, alterations))),
  });
}

function alteredQueryable(inner: Queryable, { query, execute, bulkLoad }: Alterations): Queryable {
  return {
    query: (statement, parameters) => {
      const run = (given: Statement) => inner.query(given, parameters as Parameters);
      return query ? query(statement, run) : run(statement);
    },
    execute: (statement, parameters) => {
      const run = (given: Statement) => inner.execute(given, parameters as Parameters);
      return execute ? execute(statement, run) : run(statement);
    },
    bulkLoad: (table, columns, rows) => inner.bulkLoad(table, columns, bulkLoad?.(table, columns, rows) ?? rows),
  };
}

/** Rule 13: what is staged carries the hash that detect found, whatever values are read afresh. */
function hashAsDetected(warehouse: Warehouse): NonNullable<Alterations['bulkLoad']> {
  const select = parseStatement(
    'test',
    `SELECT c."row_hash" FROM dbo."MON_Change" c JOIN dbo."MON_BatchProcessing" b ON b."run_id" = c."run_id" WHERE b."batch_id" = @batch AND c."line_key" = @line`,
  );
  return (table, columns, rows) => (table === STAGED_ITEMS.name ? rehashed(columns, rows) : rows);

  async function* rehashed(columns: readonly BulkColumn[], rows: BulkRows): AsyncGenerator<ArrayRow[]> {
    const place = (name: string) => columns.findIndex((column) => column.name === name);
    const [batch, line, hash] = [place('batch_id'), place('line_key'), place('row_hash')];
    for await (const chunk of rowChunks(rows))
      for (const row of chunk) {
        const [found] = await warehouse.query(select, { batch: row[batch] ?? null, line: row[line] ?? null });
        yield [row.map((value, index) => (index === hash ? String(found?.['row_hash']) : value))];
      }
  }
}

/** Rule 14: what another process left is taken for never sent. */
const neverSent: Alter<Row[]> = async (statement, run) => {
  const rows = await run(statement);
  if (statement.name !== 'ledger/select-begun-entries') return rows;
  return rows.map((row) => ({
    ...row,
    operation: null,
    pending_values: null,
    pending_columns: null,
    last_sent_at: row['unread_at'],
    generation: Number(row['generation']) + 1,
  }));
};

/** Rule 14: nobody asks whose batch and whose attempt it is. */
const unguarded: Alter<number> = (statement, run) => {
  switch (statement.name) {
    case 'batches/lock-owned-batch':
      return Promise.resolve(1);
    case 'ledger/update-entries':
      return run(changedText(statement, /\s+AND \("MON_Ledger"\."attempt_id" =[^)]*\)\)?/, ''));
    default:
      return run(statement);
  }
};

/** Rule 15: nothing is ever found by its key. */
const findingNothing: NonNullable<Seam['fetch']> = async (init, send) => {
  const { operationName } = JSON.parse(String(init.body)) as { operationName: string };
  const response = await send();
  if (operationName !== 'GetItemsByKey') return response;
  const text = await response.text();
  return new Response(withoutItems(text), { status: response.status, headers: response.headers });
};

function withoutItems(text: string): string {
  try {
    return JSON.stringify(
      JSON.parse(text, (key, value: unknown) => (LISTS.has(key) && Array.isArray(value) ? [] : value)),
    );
  } catch {
    return text;
  }
}

/** What a look-up by key gives. */
const LISTS = new Set(['items']);

/** Rule 16: a line keeps its acknowledgement while something is under way. */
const stillAcknowledged: Alter<number> = (statement, run) =>
  ['snapshot/withdraw-acknowledgements', 'snapshot/insert-unacknowledged'].includes(statement.name)
    ? Promise.resolve(0)
    : run(statement);

/** Rule 17: a new process does not know which columns were under way. */
const forgettingOpenColumns: Alter<Row[]> = async (statement, run) => {
  const rows = await run(statement);
  return statement.name === 'ledger/select-entries' ? rows.map((row) => ({ ...row, pending_columns: null })) : rows;
};

/** Rule 19: what was given up is never asked for again. */
const suspectingNothing: Alter<Row[]> = (statement, run) =>
  statement.name === 'ledger/select-suspects' ? Promise.resolve([]) : run(statement);

/** Rule 25: what was staged counts as landed, answered or not. */
function landedOrNot<R>(statement: Statement, run: (statement: Statement) => Promise<R>): Promise<R> {
  return run(
    statement.text.includes(LANDED)
      ? {
          ...statement,
          text: statement.text.replaceAll(LANDED, `s."stg_status" NOT IN ('REJECTED', 'OBSOLETE', 'API_FAILED')`),
        }
      : statement,
  );
}

function changedText(statement: Statement, from: RegExp, to: string): Statement {
  const text = statement.text.replace(from, to);
  if (text === statement.text) throw new Error(`${statement.name} is not as the test thinks.`);
  return { ...statement, text };
}
