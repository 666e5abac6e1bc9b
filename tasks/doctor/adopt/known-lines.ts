import type { Mapping } from '../../../shared/mapping/mapping.js';
import { linesByOrder, linesByUuid } from '../../../shared/store/snapshot-look-ups.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { AdoptableLines, SourceLine } from './lines.js';

/** A source line under the key that it has, or will have. */
export interface KeyedLine extends SourceLine {
  lineKey: string;
  /** Whether the snapshot has it already. */
  known: boolean;
}

/**
 * Gives each line its key as the next run would: that of the snapshot's line with its uuid, else its uuid. A line that
 * may be a known one under a new uuid is left for the run to tell.
 */
export async function keyLines(warehouse: Warehouse, mapping: Mapping, source: AdoptableLines): Promise<KeyedLine[]> {
  const sound = source.lines.filter(({ problem }) => problem !== 'UUID_UNSOUND');
  const [live, taken] = await byUuid(warehouse, sound);
  const gone = await goneKeys(warehouse, mapping, sound, source.uuids);
  return source.lines.map((line): KeyedLine => {
    const lineKey = line.problem === 'UUID_UNSOUND' ? undefined : live.get(line.uuid);
    if (lineKey !== undefined) return { ...line, lineKey, known: true };
    const mayBeKnown = taken.has(line.uuid) || gone.has(line.businessKey);
    const problem = line.problem ?? (mayBeKnown ? 'LINE_CHANGED' : undefined);
    return { ...line, problem, lineKey: line.uuid, known: false };
  });
}

async function byUuid(
  warehouse: Warehouse,
  lines: readonly SourceLine[],
): Promise<[live: Map<string, string>, taken: Set<string>]> {
  const [live, taken] = [new Map<string, string>(), new Set<string>()];
  const uuids = lines.map(({ uuid }) => uuid);
  for (const { lineKey, recordUuid, deleted } of await linesByUuid(warehouse, uuids)) {
    taken.add(lineKey);
    if (!deleted) live.set(recordUuid, lineKey);
  }
  return [live, taken];
}

/** Business keys of the snapshot's lines that the source has no more under their uuid. */
async function goneKeys(
  warehouse: Warehouse,
  mapping: Mapping,
  lines: readonly SourceLine[],
  uuids: ReadonlySet<string>,
): Promise<Set<string>> {
  const { businessKey } = mapping.source;
  const orders = [...new Set(lines.map(({ order }) => order))];
  const found = await linesByOrder(warehouse, mapping, orders);
  const gone = found.filter(({ recordUuid, deleted }) => deleted || !uuids.has(recordUuid));
  return new Set(gone.map(({ values }) => JSON.stringify(businessKey.map((column) => values[column] ?? null))));
}
