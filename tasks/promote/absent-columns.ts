import { z } from 'zod';
import { jsonText } from '../../shared/ground/json-text.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Queryable, Rows } from '../../shared/warehouse/port/warehouse.js';
import { LANDED } from './landed.js';

const ROWS_A_STATEMENT = 2_000;

const absentRow = z.object({
  line_key: z.string(),
  stg_absent_columns: jsonText(z.array(z.string())),
  answered_values: jsonText(z.record(z.string(), z.string().nullable())).nullable(),
});

/**
 * Rule 25: a value that could not be read is on the board as it was, and so it is promoted: what was last answered goes
 * into staging, where push does not look at it. Returns the titles of all columns that are absent from some line.
 */
export async function stageAbsentColumns(
  transaction: Queryable,
  mapping: Mapping,
  batchId: string,
): Promise<readonly string[]> {
  const ids = new Map(mapping.item.columns.map(({ title, id }) => [title, id]));
  const statement = loadStatement('staging/select-absent-columns').with({ landed: LANDED });
  const rows = await transaction.query(statement, { batch_id: batchId });
  const absent = new Map<string, Rows[number][]>();
  for (const row of rows) {
    const { line_key, stg_absent_columns: titles, answered_values: answered } = absentRow.parse(row);
    for (const title of titles) {
      const values = absent.get(title) ?? [];
      absent.set(title, values);
      const value = answered?.[ids.get(title) ?? ''] ?? null;
      if (value !== null) values.push({ line_key, value });
    }
  }
  for (const [title, values] of absent) {
    const update = loadStatement('staging/update-absent-column').with({ column: quoteIdentifier(title) });
    for (let start = 0; start < values.length; start += ROWS_A_STATEMENT)
      await transaction.execute(update, { batch_id: batchId, rows: values.slice(start, start + ROWS_A_STATEMENT) });
  }
  return [...absent.keys()];
}
