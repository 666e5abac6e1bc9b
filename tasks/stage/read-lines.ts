import { TryAgainError } from '../../shared/ground/errors.js';
import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { sourceColumns, sourceLayout } from '../../shared/lines/layout.js';
import { compileMapping } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { Batch } from '../../shared/store/batches.js';
import type { LineFailure } from '../../shared/store/failures.js';
import { changesWithSource, type StagedChange } from '../../shared/store/lines-of-changes.js';
import { returnedLines } from '../../shared/store/returned-lines.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { judge } from './judge.js';
import type { StagedLine } from './load-lines.js';

export interface Reading {
  warehouse: Warehouse;
  mapping: Mapping;
  source: string;
  batch: Batch;
}

/** Rule 13: reads the changed lines again, in chunks, judges each and maps those whose change still holds. */
export async function* readLines(reading: Reading): AsyncGenerator<StagedLine[]> {
  const { warehouse, mapping, batch } = reading;
  const live = await sourceColumns(warehouse, reading.source);
  const layout = sourceLayout(mapping, live);
  const [hash, map, keep] = [compileHasher(layout), compileMapping(mapping, layout), compileKept(layout)];
  let returned: ReadonlySet<string> | undefined;
  const seen = new Set<string>();
  const rows = { table: reading.source, live, layout };
  for await (const chunk of changesWithSource(warehouse, batch, rows)) {
    const lines: StagedLine[] = [];
    for (const [change, row] of chunk) {
      if (change.change === 'DELETED') returned ??= await returnedLines(warehouse, batch, rows, mapping);
      const context = {
        customer: batch.customer,
        mappingVersion: mapping.version,
        returned: returned?.has(change.lineKey) ?? false,
      };
      if (row[0] === null) {
        const judgement = judge(change, undefined, context);
        if ('obsolete' in judgement) lines.push(obsolete(change, judgement.obsolete));
        else lines.push({ change, as: judgement.change, hash: change.foundHash, status: 'PENDING', error: null });
        continue;
      }
      if (seen.has(change.lineKey)) throw repeatedUuid(change, batch);
      seen.add(change.lineKey);
      const mapped = map(row);
      const found = { customer: mapped.customer.name, inScope: mapped.inScope, hash: hash(row).toString('hex') };
      const judgement = judge(change, found, context);
      if ('obsolete' in judgement) lines.push(obsolete(change, judgement.obsolete));
      else lines.push(staged(reading, { change, as: judgement.change, hash: found.hash, mapped, kept: keep(row) }));
    }
    yield lines;
  }
}

/** The source is changing in a way that only a new detect can handle. */
function repeatedUuid(change: StagedChange, batch: Batch): TryAgainError {
  return new TryAgainError(
    'SOURCE_CHANGED',
    'A record_uuid that was single when the change was detected is in the source more than once now. Nothing was staged. Wait until the source is loaded; the next run takes the customer up again.',
    { where: { batchId: batch.batchId, lineKey: change.lineKey } },
  );
}

export function obsolete(change: StagedChange, reason: string): StagedLine {
  return { change, as: change.change, hash: change.foundHash, status: 'OBSOLETE', error: reason };
}

/** A line that the source, or the archive, has: PENDING, or REJECTED for what its mapping found wrong. */
export function staged(
  reading: Reading,
  line: Required<Pick<StagedLine, 'change' | 'as' | 'hash' | 'mapped' | 'kept'>>,
): StagedLine {
  const { mapped, change, hash } = line;
  const common = {
    step: 'stage' as const,
    lineKey: change.lineKey,
    recordUuid: change.recordUuid,
    customer: reading.batch.customer,
    rowHash: hash,
    mappingVersion: reading.mapping.version,
  };
  const failures: LineFailure[] = mapped.warnings.map(({ column, size, reason, message }) => ({
    ...common,
    severity: 'WARNING',
    reason,
    message,
    column,
    ...(size === undefined ? {} : { size }),
  }));
  const [first] = mapped.rejections;
  if (!first) return { ...line, status: 'PENDING', error: null, failures };
  const message = mapped.rejections.map((rejection) => rejection.message).join(' ');
  failures.push({ ...common, severity: 'ERROR', reason: first.reason, message, column: first.column });
  return { ...line, status: 'REJECTED', error: message, failures };
}
