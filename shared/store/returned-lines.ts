import { uuidOfKey } from '../lines/line-uuid.js';
import { textOf } from '../mapping/customers.js';
import { quoteIdentifier, selectExactly } from '../warehouse/port/statements.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { ChangesOf } from './changes.js';
import { rowOf } from './rows.js';
import { LINE_CHANGES } from './schema/run-tables.js';
import { liveUuids } from './snapshot-look-ups.js';
import type { SourceRows } from './source.js';

const blocks = blocksOf('changes');
const PARAMETERS = { run_id: 'uuid', customer: 'text' } as const;

const select = blocks.rows(
  'select-returned-lines',
  PARAMETERS,
  rowOf(LINE_CHANGES, ['line_key']).transform(({ line_key }) => line_key),
  ['source', 'uuid', 'sameKey'],
);
const stream = blocks.statement('stream-returned-lines', PARAMETERS, ['columns', 'source', 'sameKey']);

/** Keys of the deleted lines whose business key is back in the source under a uuid that no live line has. */
export async function returnedLines(
  warehouse: Warehouse,
  { runId, customer }: ChangesOf,
  { table, live, layout }: SourceRows,
  businessKey: readonly string[],
): Promise<ReadonlySet<string>> {
  if (businessKey.length === 0) return new Set();
  const sameKey = businessKey
    .map(quoteIdentifier)
    .map((column) => `p.${column} {exact} = s.${column} AND LTRIM(RTRIM(s.${column})) <> ''`)
    .join(' AND ');
  const places = { source: `dbo.${quoteIdentifier(table)}`, sameKey };
  const parameters = { run_id: runId, customer };
  if (layout.key === undefined)
    return new Set(await select(warehouse, parameters, { ...places, uuid: quoteIdentifier(layout.uuidColumn) }));
  const key = layout.key.map((position) => layout.select[position] ?? '');
  const found: (readonly [lineKey: string, uuid: string])[] = [];
  const statement = stream({ ...places, columns: selectExactly(live, key, 's') });
  for await (const rows of warehouse.stream(statement, parameters))
    for (const row of rows) {
      const uuid = uuidOfKey(row.slice(0, key.length).map(textOf));
      if (uuid !== null) found.push([String(row.at(-1)).toLowerCase(), uuid]);
    }
  const taken = new Set(await liveUuids(warehouse, [...new Set(found.map(([, uuid]) => uuid))]));
  return new Set(found.filter(([, uuid]) => !taken.has(uuid)).map(([lineKey]) => lineKey));
}
