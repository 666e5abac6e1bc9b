import { writeUuid } from '../../../shared/lines/business-key.js';
import { compileKept, type Kept } from '../../../shared/lines/kept.js';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { type ComparedColumn, compileOwn } from '../../../shared/mapper/compared.js';
import { compileMapping } from '../../../shared/mapper/map-line.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { textOf } from '../../../shared/mapping/texts.js';
import { linesByOrder, linesByUuid } from '../../../shared/store/snapshot-look-ups.js';
import { scanLines } from '../../../shared/store/source.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { LeftOutReason } from './adoption.js';
import type { ComparedColumns } from './pair.js';
import { type Marks, sizesMark } from './pair.js';

/** A line of the source that an item may show. */
export interface SourceLine extends Marks {
  uuid: string;
  customer: string;
  /** Its order number in the source, to the letter. */
  order: string;
  /** The same as the board would show it, in comparable form. */
  orderMark: string;
  /** Order number, style and colour to the letter: what detect pairs lines by that got a new uuid. */
  businessKey: string;
  kept: Kept;
  /** Why no item can be adopted for it. */
  problem: LeftOutReason | undefined;
}

export interface AdoptableLines {
  lines: readonly SourceLine[];
  /** Every uuid of the source. */
  uuids: ReadonlySet<string>;
  /** Whose each order number is, in comparable form. */
  owners: ReadonlyMap<string, string>;
  /** All sizes that lines can have. */
  sizes: ReadonlySet<string>;
}

const scratch = new Uint8Array(16);

/** Reads the lines of these order numbers, given in comparable form. */
export async function readLines(
  warehouse: Warehouse,
  mapping: Mapping,
  table: string,
  columns: ComparedColumns,
  orders: ReadonlySet<string>,
): Promise<AdoptableLines> {
  const live = await warehouse.columns(table);
  const layout = sourceLayout(mapping, live);
  const [map, keep] = [compileMapping(mapping, layout), compileKept(layout)];
  const orderAt = layout.position(mapping.source.orderNumber);
  const markOf = compileOwn(mapping, layout, columns.order);
  const keyAt = mapping.source.businessKey.map((column) => layout.position(column));
  const lines: SourceLine[] = [];
  const [uuids, repeated] = [new Set<string>(), new Set<string>()];
  for await (const rows of scanLines(warehouse, { table, live, layout })) {
    for (const row of rows) {
      const uuid = String(row[0] ?? '').toLowerCase();
      (uuids.has(uuid) ? repeated : uuids).add(uuid);
      const orderMark = markOf(row);
      if (!orders.has(orderMark)) continue;
      const mapped = map(row);
      const marked = (compared: readonly ComparedColumn[]) =>
        JSON.stringify(compared.map(({ id, own }) => own(mapped.values.get(id))));
      lines.push({
        uuid,
        customer: mapped.customer.name,
        order: textOf(row[orderAt]) ?? '',
        orderMark,
        businessKey: JSON.stringify(keyAt.map((place) => textOf(row[place]))),
        key: marked(columns.key),
        purchaseOrder: marked(columns.purchaseOrder),
        sizes: sizesMark(mapped.sizes.map(({ label, quantity }) => [label, quantity])),
        kept: keep(row),
        problem: mapped.inScope ? undefined : 'OUT_OF_SCOPE',
      });
    }
  }
  for (const line of lines)
    if (!writeUuid(line.uuid, scratch, 0) || repeated.has(line.uuid)) line.problem = 'UUID_UNSOUND';
  const owners = new Map(lines.map(({ orderMark, customer }) => [orderMark, customer]));
  return { lines, uuids, owners, sizes: new Set(layout.sizes) };
}

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
  if (businessKey.length === 0) return new Set();
  const orders = [...new Set(lines.map(({ order }) => order))];
  const found = await linesByOrder(warehouse, mapping, orders);
  const gone = found.filter(({ recordUuid, deleted }) => deleted || !uuids.has(recordUuid));
  return new Set(gone.map(({ values }) => JSON.stringify(values)));
}
