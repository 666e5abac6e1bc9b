import { FixFirstError } from '../../shared/ground/errors.js';
import { compileHasher, compileKeptHasher } from '../../shared/lines/hash.js';
import { compileKept, rowOfKept } from '../../shared/lines/kept.js';
import { keptLayout, type SourceLayout, sourceColumns } from '../../shared/lines/layout.js';
import { compileValueOf, parseSizes, restoredKept } from '../../shared/lines/sizes-text.js';
import { compileMapping } from '../../shared/mapper/map-line.js';
import { hashedColumns } from '../../shared/mapping/mapping-version.js';
import { changesWithRestored, type LineOfRestore } from '../../shared/store/lines-of-changes.js';
import { readHashedColumns } from '../../shared/store/mappings.js';
import { restoredColumns, restoredKinds } from '../../shared/store/restored-lines.js';
import { previousSizes } from '../../shared/store/run-figures.js';
import { RESTORED_LINES } from '../../shared/store/schema/run-tables.js';
import type { ColumnInfo } from '../../shared/warehouse/port/warehouse.js';
import type { StagedLine } from './load-lines.js';
import { obsolete, type Reading, staged } from './read-lines.js';

const TABLE = RESTORED_LINES.name;

/** Rule 27: the lines of a restore hold the archived values; no line of the source is looked at. */
export async function* readRestoredLines(reading: Reading): AsyncGenerator<StagedLine[]> {
  const { mapping } = reading;
  const columns = hashedColumns(mapping);
  const shapes = await readShapes(reading);
  const { layout } = shapes;
  const [archivedValues, knownValues] = [compileValueOf(shapes.kept), compileValueOf(columns)];
  const withSizes = mapping.sizes !== undefined;
  const [hash, map, keep] = [compileHasher(layout), compileMapping(mapping, layout), compileKept(layout)];
  for await (const chunk of changesWithRestored(reading.warehouse, reading.batch, {
    archived: shapes.kept,
    now: columns,
  })) {
    yield chunk.map(({ change, line }) => {
      if (line === null) throw damaged(reading, change.lineKey, 'has lost this line of the restore');
      if (change.taken) return obsolete(change, 'another live line has its record_uuid');
      const [archived, now] = [archivedValues(line.archived), knownValues(line.now)];
      const hashed = shapes.hashedBy(line);
      const content = restoredKept(columns, { hashed, valueOf: archived, sizes: line.sizes, withSizes }, now);
      const row = rowOfKept(layout, columns, content, change.recordUuid);
      const mapped = map(row);
      return staged(reading, { change, as: change.change, hash: hash(row).toString('hex'), mapped, kept: keep(row) });
    });
  }
}

interface Shapes {
  /** Columns of the table that hold values of lines. */
  kept: readonly string[];
  layout: SourceLayout;
  /** The columns that a line was hashed by. @throws FixFirstError when its values do not have its hash. */
  hashedBy(line: LineOfRestore): readonly string[];
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
  const archivedValues = compileValueOf(kept);
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
      const values = shape?.hashed.map(archivedValues(line.archived)) ?? [];
      if (shape?.hash({ values, sizes: line.sizes }).toString('hex') === line.rowHash) return shape.hashed;
      throw damaged(reading, line.lineKey, 'does not hold what was archived of this line: it has another row_hash');
    },
  };
}

/** Only where people write numbers otherwise than databases do is it needed which columns a database wrote. */
async function numberColumns({ warehouse, mapping, source }: Reading): Promise<ColumnInfo[]> {
  return mapping.numbers.decimal === '.' ? [] : sourceColumns(warehouse, source);
}

function damaged({ batch }: Reading, lineKey: string, how: string): FixFirstError {
  return new FixFirstError(
    'RESTORED_LINES_DAMAGED',
    `${TABLE} ${how}. Nothing was staged. Restore another archive of the customer, or let the customer go on with detect --allow-large-change.`,
    { where: { batchId: batch.batchId, customer: batch.customer, lineKey } },
  );
}
