import { z } from 'zod';
import { groupBy } from '../ground/lists.js';
import { quoteColumns, quoteIdentifier, selectExactly } from '../warehouse/port/statements.js';
import type { ArrayRow, Warehouse } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import type { ChangesOf } from './changes.js';
import { RESTORED_LINES } from './schema/run-tables.js';
import { hasTextUuids, ROWS_CHUNK, rowsByUuid, type SourceRows } from './source.js';
import { CHANGES, type Change, REASONS, type Reason } from './states.js';

const stream = blocksOf('changes').statement('stream-changes', { run_id: 'uuid', customer: 'text' }, [
  'columns',
  'lines',
  'match',
]);

/** The columns of stream-changes after those of the line. */
const streamed = z.tuple([
  z.string(),
  z.string().nullable(),
  z.string().nullable(),
  z.enum(CHANGES),
  z.enum(REASONS),
  z.string(),
  z.coerce.number(),
  z.string().nullable(),
  z.string().nullable(),
  z.coerce.number(),
  z.coerce.number(),
]);

/** One change of the batch as detect found it, with the line's snapshot row. */
export interface StagedChange {
  lineKey: string;
  recordUuid: string | null;
  oldUuid: string | null;
  change: Change;
  reason: Reason;
  /** Hash of the content that detect saw. */
  foundHash: string;
  /** Hash of the acknowledged content; null if the line is new, a tombstone or not acknowledged. */
  acknowledgedHash: string | null;
  acknowledgedMapping: string | null;
  /** Another live line has this uuid. */
  taken: boolean;
  /** The differences are already recorded. */
  explained: boolean;
}

/** Where the lines of changes are, in SQL. */
interface LinesOfChanges {
  /** What to select, `width` columns. */
  columns: string;
  width: number;
  /** The table, and how its lines belong to the changes `c`. */
  lines: string;
  match: string;
}

/** Chunks of changes that are not held back, each with the row of its line, whose values are all null where there is none. */
async function* changesWith(
  warehouse: Warehouse,
  { runId, customer }: ChangesOf,
  { width, ...places }: LinesOfChanges,
): ChangesWithRows {
  for await (const rows of warehouse.stream(stream(places), { run_id: runId, customer }))
    yield rows.map((row) => [changeOf(row.slice(width)), row]);
}

function changeOf(row: ArrayRow): StagedChange {
  const [lineKey, recordUuid, oldUuid, change, reason, foundHash, explained, known, knownMapping, tombstone, taken] =
    streamed.parse(row);
  return {
    lineKey,
    recordUuid,
    oldUuid,
    change,
    reason,
    foundHash,
    acknowledgedHash: tombstone === 1 ? null : known,
    acknowledgedMapping: knownMapping,
    taken: taken === 1,
    explained: explained === 1,
  };
}

/** Changes with the rows of their lines. */
type ChangesWithRows = AsyncGenerator<(readonly [change: StagedChange, row: ArrayRow])[]>;

/**
 * Chunks of changes that are not held back, each with its row in the source. The values begin the row in the order of
 * the layout, and are all null where the source does not have the line.
 */
export function changesWithSource(warehouse: Warehouse, of: ChangesOf, from: SourceRows): ChangesWithRows {
  const { table, live, layout } = from;
  // The uuids are made from a key, and in no column: the whole table is read, once.
  if (layout.key !== undefined) return changesThenRows(warehouse, of, from, Number.POSITIVE_INFINITY);
  // SQL Server keeps the plan of a statement for later calls, and has no statistics on changes that were just recorded:
  // joined with a source that has no index on its uuid, what is planned for one change would read the whole table once
  // for each of 20,000. A list of uuids it takes for one of the same length each time, and for more than one.
  if (warehouse.engine === 'mssql' || hasTextUuids(from)) return changesThenRows(warehouse, of, from, ROWS_CHUNK);
  return changesWith(warehouse, of, {
    columns: selectExactly(live, layout.select, 's'),
    width: layout.select.length,
    lines: `dbo.${quoteIdentifier(table)} s`,
    match: `s.${quoteIdentifier(layout.uuidColumn)} = c."record_uuid"`,
  });
}

/** No line: the changes alone. */
const NO_LINES: LinesOfChanges = { columns: 'n."none"', width: 1, lines: '(SELECT 1 AS "none") n', match: '1 = 0' };

/** The same in two statements: so many changes are read, then the rows that they belong to. */
async function* changesThenRows(warehouse: Warehouse, of: ChangesOf, from: SourceRows, most: number): ChangesWithRows {
  const changes: StagedChange[] = [];
  for await (const chunk of changesWith(warehouse, of, NO_LINES)) {
    for (const [change] of chunk) changes.push(change);
    // Not more than `most`, however the server cuts its answer: the rows of more would take a statement of their own.
    while (changes.length >= most) yield* withTheirRows(warehouse, from, changes.splice(0, most));
  }
  yield* withTheirRows(warehouse, from, changes);
}

/** Those that have no row come last. */
async function* withTheirRows(
  warehouse: Warehouse,
  from: SourceRows,
  changes: readonly StagedChange[],
): ChangesWithRows {
  const without = new Set(changes);
  const byUuid = groupBy(changes, ({ recordUuid }) => recordUuid?.toLowerCase() ?? '');
  const uuids = Array.from(byUuid.keys()).filter((uuid) => uuid !== '');
  for await (const rows of rowsByUuid(warehouse, from, uuids))
    yield rows.flatMap((row) =>
      (byUuid.get(String(row[0]).toLowerCase()) ?? []).map((change) => {
        without.delete(change);
        return [change, row] as const;
      }),
    );
  const nothing = from.layout.select.map(() => null);
  yield Array.from(without, (change) => [change, nothing] as const);
}

/** A restored line, and its current snapshot row. */
export interface LineOfRestore {
  readonly lineKey: string;
  readonly rowHash: string;
  readonly mappingVersion: string;
  readonly sizes: string;
  /** In the order of the requested columns. */
  readonly archived: readonly (string | null)[];
  readonly now: readonly (string | null)[];
}

const IDENTITY = ['line_key', 'row_hash', 'mapping_version', 'sizes'];

/**
 * Chunks of changes of a restore, each with its restored line, null where that is lost: of it the columns `archived`, and
 * what the snapshot has in the columns `now`.
 */
export async function* changesWithRestored(
  warehouse: Warehouse,
  of: ChangesOf,
  { archived, now }: { archived: readonly string[]; now: readonly string[] },
): AsyncGenerator<{ change: StagedChange; line: LineOfRestore | null }[]> {
  const lines = {
    columns: `${quoteColumns([...IDENTITY, ...archived], 'r')}, ${quoteColumns(now, 'p')}`,
    width: IDENTITY.length + archived.length + now.length,
    lines: `dbo.${quoteIdentifier(RESTORED_LINES.name)} r`,
    match: 'r."run_id" = c."run_id" AND r."line_key" = c."line_key"',
  };
  for await (const chunk of changesWith(warehouse, of, lines))
    yield chunk.map(([change, row]) => {
      const [lineKey, rowHash, mappingVersion, sizes, ...values] = row
        .slice(0, lines.width)
        .map((value) => (value === null ? null : String(value)));
      if (lineKey === null || lineKey === undefined) return { change, line: null };
      const line = {
        lineKey: lineKey.toLowerCase(),
        rowHash: rowHash ?? '',
        mappingVersion: mappingVersion ?? '',
        sizes: sizes ?? '',
        archived: values.slice(0, archived.length),
        now: values.slice(archived.length),
      };
      return { change, line };
    });
}
