import { FixFirstError } from '../../shared/ground/errors.js';
import { compileHasher, compileKeptHasher } from '../../shared/lines/hash.js';
import { compileKept, rowOfKept } from '../../shared/lines/kept.js';
import { keptLayout, type SourceLayout } from '../../shared/lines/layout.js';
import { compileValueOf, restoredKept, type ValueOf } from '../../shared/lines/restored.js';
import { parseSizes } from '../../shared/lines/sizes-text.js';
import { sourceColumns } from '../../shared/lines/source-columns.js';
import { compileMapping } from '../../shared/mapper/map-line.js';
import { hashedColumns } from '../../shared/mapping/mapping.js';
import { readChanges, type StagedChange } from '../../shared/store/changes.js';
import { readHashedColumns } from '../../shared/store/mappings.js';
import { restoredColumns, restoredKinds } from '../../shared/store/restored-lines.js';
import { previousSizes } from '../../shared/store/run-figures.js';
import { RESTORED_LINES } from '../../shared/store/schema/run-tables.js';
import { quoteColumns, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { ColumnInfo } from '../../shared/warehouse/port/warehouse.js';
import { obsolete, type Reading, staged } from './read-lines.js';
import type { StagedLine } from './staged-rows.js';

const TABLE = RESTORED_LINES.name;
const IDENTITY = ['line_key', 'row_hash', 'mapping_version', 'sizes'];

/** An archived line as the restore left it, and the values that the snapshot has of it now. */
interface Restored {
  lineKey: string;
  rowHash: string;
  mappingVersion: string;
  sizes: string;
  archived: ValueOf;
  now: ValueOf;
}

/** Rule 27: the lines of a restore hold the archived values; no line of the source is looked at. */
export async function* readRestoredLines(reading: Reading): AsyncGenerator<StagedLine> {
  const { mapping } = reading;
  const columns = hashedColumns(mapping);
  const shapes = await readShapes(reading);
  const { layout } = shapes;
  const [hash, map, keep] = [compileHasher(layout), compileMapping(mapping, layout), compileKept(layout)];
  for await (const { change, line } of restoredLines(reading, shapes.kept)) {
    if (line === null) throw damaged(reading, change.lineKey, 'has lost this line of the restore');
    if (change.taken) {
      yield obsolete(change, 'another live line has its record_uuid');
      continue;
    }
    const hashed = shapes.hashedBy(line);
    const content = restoredKept(columns, { hashed, valueOf: line.archived, sizes: line.sizes }, line.now);
    const row = rowOfKept(layout, columns, content, change.recordUuid);
    const mapped = map(row);
    yield staged(reading, { change, as: change.change, hash: hash(row).toString('hex'), mapped, kept: keep(row) });
  }
}

interface Shapes {
  /** Columns of the table that hold values of lines. */
  kept: readonly string[];
  layout: SourceLayout;
  /** The columns that a line was hashed by. @throws FixFirstError when its values do not have its hash. */
  hashedBy(line: Restored): readonly string[];
}

async function readShapes(reading: Reading): Promise<Shapes> {
  const { warehouse, mapping, batch } = reading;
  const kept = await restoredColumns(warehouse);
  const [labels, versions] = [new Set<string>(), new Set<string>()];
  // Sizes in the order of the source's columns as the newest run saw them; those it does not have any more come last.
  for (const label of (await previousSizes(warehouse)) ?? []) labels.add(label);
  for await (const chunk of restoredKinds(warehouse, batch)) {
    for (const { sizes, mappingVersion } of chunk) {
      for (const [label] of parseSizes(sizes)) labels.add(label);
      versions.add(mappingVersion);
    }
  }
  const lists = await readHashedColumns(warehouse, [...versions]);
  const hashers = new Map(
    [...lists].map(([version, list]) => {
      const hashed = list.filter((column) => kept.includes(column));
      return [version, { hashed, hash: compileKeptHasher(hashed) }];
    }),
  );
  return {
    kept,
    layout: keptLayout(mapping, [...labels], await numberColumns(reading)),
    hashedBy: (line) => {
      const shape = hashers.get(line.mappingVersion);
      const values = shape?.hashed.map(line.archived) ?? [];
      if (shape?.hash({ values, sizes: line.sizes }).toString('hex') === line.rowHash) return shape.hashed;
      throw damaged(reading, line.lineKey, 'does not hold what was archived of this line: it has another row_hash');
    },
  };
}

/** Only where people write numbers otherwise than databases do is it needed which columns a database wrote. */
async function numberColumns({ warehouse, mapping, source }: Reading): Promise<ColumnInfo[]> {
  return mapping.numbers.decimal === '.' ? [] : sourceColumns(warehouse, source);
}

/** Each change of the restore with its archived line; null where there is none. */
async function* restoredLines(
  { warehouse, mapping, batch }: Reading,
  kept: readonly string[],
): AsyncGenerator<{ change: StagedChange; line: Restored | null }> {
  const columns = hashedColumns(mapping);
  const [archivedValues, knownValues] = [compileValueOf(kept), compileValueOf(columns)];
  const width = IDENTITY.length + kept.length + columns.length;
  const lines = {
    columns: `${quoteColumns([...IDENTITY, ...kept], 'r')}, ${quoteColumns(columns, 'p')}`,
    width,
    lines: `dbo.${quoteIdentifier(TABLE)} r`,
    match: 'r."run_id" = c."run_id" AND r."line_key" = c."line_key"',
  };
  for await (const chunk of readChanges(warehouse, batch, lines)) {
    for (const [change, row] of chunk) {
      const texts = row.slice(0, width).map((value) => (value === null ? null : String(value)));
      const [lineKey, rowHash, mappingVersion, sizes] = texts;
      const values = texts.slice(IDENTITY.length);
      const line = {
        lineKey: (lineKey ?? '').toLowerCase(),
        rowHash: rowHash ?? '',
        mappingVersion: mappingVersion ?? '',
        sizes: sizes ?? '',
        archived: archivedValues(values.slice(0, kept.length)),
        now: knownValues(values.slice(kept.length)),
      };
      yield { change, line: lineKey === null ? null : line };
    }
  }
}

function damaged({ batch }: Reading, lineKey: string, how: string): FixFirstError {
  return new FixFirstError(
    'RESTORED_LINES_DAMAGED',
    `${TABLE} ${how}. Nothing was staged. Restore another archive of the customer, or let the customer go on with detect --allow-large-change.`,
    { where: { batchId: batch.batchId, customer: batch.customer, lineKey } },
  );
}
