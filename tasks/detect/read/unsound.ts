import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { plural } from '../../../shared/ground/text.js';
import { writeUuid, writeUuidText } from '../../../shared/lines/business-key.js';
import { compileCustomer } from '../../../shared/lines/customer.js';
import { compileKept } from '../../../shared/lines/kept.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { textOf } from '../../../shared/mapping/texts.js';
import type { LineFailure } from '../../../shared/store/failures.js';
import { unsoundText } from '../../../shared/store/refused.js';
import type { Field } from '../../../shared/warehouse/port/text-rows.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { FROZEN } from './flags.js';
import type { KnownLines } from './known-lines.js';
import type { Scan } from './scan.js';
import type { Snapshot } from './snapshot.js';
import type { Source } from './source.js';
import { WantedKeys } from './wanted-keys.js';

/** Rule 5: a higher share means that the table is broken, not single rows. */
export const MAX_UNSOUND_SHARE = 0.01;

const scratch = new Uint8Array(16);

export function isUuidText(bytes: Uint8Array, [start, end]: Field): boolean {
  return writeUuidText(bytes, start, end, scratch, 0);
}

function isUuid(text: string): boolean {
  return writeUuid(text, scratch, 0);
}

/**
 * All rows whose uuid is missing, malformed or repeated.
 * @throws FixFirstError when they are more than 1 % of the source.
 * @throws TryAgainError when some were not kept, because there are more rows than when the reading began.
 */
export async function readUnsoundRows(source: Source, scan: Scan): Promise<ArrayRow[]> {
  const repeated: string[] = [];
  let rows = scan.rowsWithoutUuid;
  for (let line = 0; line < scan.lines.size; line++) {
    if (!scan.lines.isDuplicate(line)) continue;
    rows++;
    if (scan.lines.find(scan.lines.uuidOf(line)) === line) repeated.push(scan.lines.uuidOf(line));
  }
  if (rows > scan.rows * MAX_UNSOUND_SHARE) {
    throw new FixFirstError(
      'SOURCE_UUIDS_INVALID',
      `${rows} or more of ${scan.rows} rows of the source have no ${source.layout.identity}, a malformed one or one that another row has too, which is more than ${MAX_UNSOUND_SHARE * 100} %. Give every row a uuid of its own, then run again.`,
    );
  }
  if (scan.rowsWithoutUuid > scan.withoutUuid.length)
    throw new TryAgainError(
      'SOURCE_CHANGED',
      `The source grew while it was read, and ${scan.rowsWithoutUuid} of its rows have no ${source.layout.identity}. Nothing was changed; wait until it is loaded, then run again.`,
    );
  const unsound = [...scan.withoutUuid];
  for await (const chunk of source.byUuids(repeated)) unsound.push(...chunk);
  return unsound;
}

/** Freezes the known lines that one of these rows may be, because they have its business key. */
export async function freezeLinesOf(
  unsound: readonly ArrayRow[],
  source: Source,
  snapshot: Snapshot,
  known: KnownLines,
  mapping: Mapping,
): Promise<void> {
  const keptOf = compileKept(source.layout, snapshot.columns);
  const wanted = new WantedKeys(mapping, snapshot.columns);
  for (const row of unsound) wanted.add(keptOf(row).values);
  for (const [column, texts] of wanted.texts) {
    for await (const chunk of snapshot.valuesWith(column, [...texts])) {
      for (const { lineKey, kept } of chunk) {
        if (wanted.has(kept.values)) known.setFlags(known.findKey(lineKey), FROZEN);
      }
    }
  }
}

/** What they keep from being carried, in every run until the source is corrected. */
export function unsoundWarning(rows: number, frozen: number): string {
  const left =
    frozen === 0 ? '' : ` ${plural(frozen, 'known line stays', 'known lines stay')} as on the board meanwhile.`;
  return `${unsoundText(rows)}.${left} Give each row a uuid of its own in the source.`;
}

/** Their entries in ERR: each row once, identified by its content. */
export function unsoundFailures(unsound: readonly ArrayRow[], source: Source, mapping: Mapping): LineFailure[] {
  const { layout } = source;
  const [customerOf, orderAt] = [compileCustomer(mapping, layout), layout.position(mapping.source.orderNumber)];
  const seen = new Map<string, number>();
  return unsound.map((row) => {
    const uuid = typeof row[0] === 'string' && isUuid(row[0]) ? row[0].toLowerCase() : null;
    const rowHash = source.hashRow(row).toString('hex');
    const place = `${uuid ?? ''}|${rowHash}`;
    const occurrence = (seen.get(place) ?? 0) + 1;
    seen.set(place, occurrence);
    const order = textOf(row[orderAt]) ?? 'without number';
    return {
      step: 'detect',
      severity: 'ERROR',
      reason: uuid === null ? 'UUID_MISSING' : 'UUID_REPEATED',
      message: `A row of order ${order} has ${uuid === null ? `no usable ${layout.identity}` : `${layout.key === undefined ? `the ${layout.identity}` : `a ${layout.identity} that makes`} ${uuid}, which another row has too`}. Give it one of its own in the source; until then this line is left as it is on the board.`,
      lineKey: null,
      locator: `${place}|${occurrence}`,
      recordUuid: uuid,
      customer: customerOf(row).name,
      rowHash,
      mappingVersion: mapping.version,
    };
  });
}
