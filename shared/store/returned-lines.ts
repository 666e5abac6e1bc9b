import { compileBusinessKey } from '../lines/business-key.js';
import { compileUuid } from '../lines/line-uuid.js';
import { compileScope } from '../mapper/scope.js';
import type { Mapping } from '../mapping/mapping.js';
import { textOf } from '../mapping/texts.js';
import { comparableText, quoteIdentifier, selectExactly } from '../warehouse/port/statements.js';
import type { Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { ChangesOf } from './changes.js';
import { liveUuids } from './snapshot-look-ups.js';
import type { SourceRows } from './source.js';

const blocks = blocksOf('changes');
const PARAMETERS = { run_id: 'uuid', customer: 'text' } as const;
const stream = blocks.statement('stream-returned-lines', PARAMETERS, ['columns', 'source', 'sameKey']);

/**
 * Keys of the deleted lines whose business key is back in the source under a uuid that no live line has. As in detect, a
 * key with a blank word is none; a row out of scope is no line that could take the place of a deleted one.
 */
export async function returnedLines(
  warehouse: Warehouse,
  { runId, customer }: ChangesOf,
  { table, live, layout }: SourceRows,
  mapping: Mapping,
): Promise<ReadonlySet<string>> {
  const { businessKey } = mapping.source;
  if (businessKey.length === 0) return new Set();
  const sameKey = businessKey
    .map((name) => `p.${quoteIdentifier(name)} {exact} = ${comparableText(live, name)}`)
    .join(' AND ');
  const statement = stream({
    columns: selectExactly(live, layout.select, 's'),
    source: `dbo.${quoteIdentifier(table)}`,
    sameKey,
  });
  const [keyOf, inScope, uuidOf] = [
    compileBusinessKey(mapping, layout.select),
    compileScope(mapping, layout),
    compileUuid(layout),
  ];
  const found: (readonly [lineKey: string, uuid: string])[] = [];
  for await (const rows of warehouse.stream(statement, { run_id: runId, customer }))
    for (const row of rows) {
      const uuid = uuidOf(row)?.toLowerCase();
      if (!inScope(row) || keyOf(row.slice(0, -1).map(textOf)) === undefined) continue;
      // A row without a uuid may be the line itself; one without a key is none.
      if (uuid !== undefined || layout.key === undefined) found.push([String(row.at(-1)).toLowerCase(), uuid ?? '']);
    }
  const taken = new Set(
    await liveUuids(warehouse, [...new Set(found.flatMap(([, uuid]) => (uuid === '' ? [] : [uuid])))]),
  );
  return new Set(found.filter(([, uuid]) => !taken.has(uuid)).map(([lineKey]) => lineKey));
}
