import type { Batch } from '../../shared/batch.js';
import { TryAgainError } from '../../shared/errors.js';
import type { Failure } from '../../shared/failures.js';
import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { type SourceLayout, sourceLayout } from '../../shared/lines/layout.js';
import { sourceColumns } from '../../shared/lines/source-columns.js';
import { compileMapping } from '../../shared/mapping/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { loadStatement, quoteIdentifier, type Statement, selectExactly } from '../../shared/warehouse/statements.js';
import type { ArrayRow, ColumnInfo, Warehouse } from '../../shared/warehouse/warehouse.js';
import type { StagedChange } from './changes.js';
import { judge } from './judge.js';
import type { StagedLine } from './staged-rows.js';

export interface Reading {
  warehouse: Warehouse;
  mapping: Mapping;
  source: string;
  batch: Batch;
  changes: readonly StagedChange[];
  /** Filled while reading. */
  failures: Failure[];
}

/** Rule 13: reads the changed lines afresh, judges each and maps those that still hold. */
export async function* readLines(reading: Reading): AsyncGenerator<StagedLine> {
  const { warehouse, mapping, batch, changes } = reading;
  const live = await sourceColumns(warehouse, reading.source);
  const layout = sourceLayout(mapping, live);
  const returned = await returnedLines(reading, layout);
  const context = (change: StagedChange) => ({
    customer: batch.customer,
    mappingVersion: mapping.version,
    returned: returned.has(change.lineKey),
  });
  const byUuid = new Map(
    changes.filter((change) => change.recordUuid !== null).map((change) => [change.recordUuid, change]),
  );
  const seen = new Set<string>();
  const [hash, map, keep] = [compileHasher(layout), compileMapping(mapping, layout), compileKept(layout)];
  const parameters = { run_id: batch.runId, customer: batch.customer };
  for await (const rows of warehouse.stream(linesStatement(reading, live, layout), parameters)) {
    for (const row of rows) {
      const change = byUuid.get(uuidOf(row));
      if (!change) continue;
      if (seen.has(change.lineKey)) throw repeatedUuid(change, batch);
      seen.add(change.lineKey);
      const mapped = map(row);
      const found = { customer: mapped.customer.name, inScope: mapped.inScope, hash: hash(row).toString('hex') };
      const judgement = judge(change, found, context(change));
      if ('obsolete' in judgement) yield obsolete(change, judgement.obsolete);
      else
        yield staged(reading, {
          change,
          as: judgement.change,
          hash: found.hash,
          mapped,
          kept: keep(row),
          status: 'PENDING',
          error: null,
        });
    }
  }
  for (const change of changes) {
    if (seen.has(change.lineKey)) continue;
    const judgement = judge(change, undefined, context(change));
    if ('obsolete' in judgement) yield obsolete(change, judgement.obsolete);
    else yield { change, as: judgement.change, hash: change.foundHash, status: 'PENDING', error: null };
  }
}

function uuidOf(row: ArrayRow): string {
  return String(row[0]).toLowerCase();
}

/** The source is in motion in a way that only a new detect can put right. */
function repeatedUuid(change: StagedChange, batch: Batch): TryAgainError {
  return new TryAgainError(
    'A record_uuid that was single when the change was detected is in the source more than once now. Nothing was staged. Wait until the source is loaded; the next run takes the customer up again.',
    { where: { batchId: batch.batchId, lineKey: change.lineKey } },
  );
}

export function obsolete(change: StagedChange, reason: string): StagedLine {
  return { change, as: change.change, hash: change.foundHash, status: 'OBSOLETE', error: reason };
}

export function staged(reading: Reading, line: StagedLine & { mapped: NonNullable<StagedLine['mapped']> }): StagedLine {
  const { mapped, change, hash } = line;
  const common = {
    step: 'stage' as const,
    lineKey: change.lineKey,
    recordUuid: change.recordUuid,
    customer: reading.batch.customer,
    rowHash: hash,
    mappingVersion: reading.mapping.version,
  };
  for (const { column, size, reason, message } of mapped.warnings) {
    reading.failures.push({
      ...common,
      severity: 'WARNING',
      reason,
      message,
      column,
      ...(size === undefined ? {} : { size }),
    });
  }
  const [first] = mapped.rejections;
  if (!first) return line;
  const message = mapped.rejections.map((rejection) => rejection.message).join(' ');
  reading.failures.push({ ...common, severity: 'ERROR', reason: first.reason, message, column: first.column });
  return { ...line, status: 'REJECTED', error: message };
}

function linesStatement({ source }: Reading, live: readonly ColumnInfo[], layout: SourceLayout): Statement {
  return loadStatement('stage/stream-lines').with({
    columns: selectExactly(live, layout.select, 's'),
    source: `dbo.${quoteIdentifier(source)}`,
    uuid: quoteIdentifier(layout.uuidColumn),
  });
}

async function returnedLines(
  { warehouse, mapping, batch, source, changes }: Reading,
  layout: SourceLayout,
): Promise<Set<unknown>> {
  if (!changes.some(({ change }) => change === 'DELETED')) return new Set();
  const sameKey = mapping.source.businessKey
    .map(quoteIdentifier)
    .map((column) => `p.${column} {exact} = s.${column} AND LTRIM(RTRIM(s.${column})) <> ''`)
    .join(' AND ');
  const statement = loadStatement('stage/select-returned-lines').with({
    source: `dbo.${quoteIdentifier(source)}`,
    uuid: quoteIdentifier(layout.uuidColumn),
    sameKey,
  });
  const rows = await warehouse.query(statement, { run_id: batch.runId, customer: batch.customer });
  return new Set(rows.map((row) => row['line_key']));
}
