import { isUuid } from '../../../shared/ground/ids.js';
import { compileKept, type Kept } from '../../../shared/lines/kept.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import type { Snapshot } from '../read/snapshot.js';
import type { Source } from '../read/source.js';
import { WantedKeys } from '../read/wanted-keys.js';

/** Rows of the source by their uuid. Two rows may have one, and neither is a line then: a run freezes what they may be. */
export class RowsByUuid {
  readonly #source: Source;
  readonly #ofUuid = new Map<string, ArrayRow[]>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Reads every row that has one of these uuids. */
  async read(uuids: readonly string[]): Promise<void> {
    const unread = [...new Set(uuids)].filter((uuid) => !this.#ofUuid.has(uuid));
    for (const uuid of unread) this.#ofUuid.set(uuid, []);
    for await (const chunk of this.#source.byUuids(unread))
      for (const row of chunk) this.#ofUuid.get(usableUuid(row) ?? '')?.push(row);
  }

  /** Those of these rows that have no usable uuid, or one that another row has too. */
  async unsound(rows: readonly ArrayRow[]): Promise<ArrayRow[]> {
    await this.read(rows.flatMap((row) => usableUuid(row) ?? []));
    return rows.filter((row) => {
      const uuid = usableUuid(row);
      return uuid === undefined || this.countOf(uuid) > 1;
    });
  }

  /** What was read of a uuid. */
  all(uuid: string): readonly ArrayRow[] {
    return this.#ofUuid.get(uuid) ?? [];
  }

  countOf(uuid: string): number {
    return this.all(uuid).length;
  }

  /** The row of a uuid; undefined where none has it, or more than one. */
  only(uuid: string): ArrayRow | undefined {
    return this.countOf(uuid) === 1 ? this.all(uuid)[0] : undefined;
  }
}

/** The uuid of a row in lower case; undefined where it has none, or something else. */
export function usableUuid([uuid]: ArrayRow): string | undefined {
  return typeof uuid === 'string' && isUuid(uuid) ? uuid.toLowerCase() : undefined;
}

/** The lines, by their kept values, whose business key an unsound row of the source has: the row may be the line. */
export async function linesWithUnsoundKey(
  lines: ReadonlyMap<string, Kept['values']>,
  { source, rows, snapshot, mapping }: { source: Source; rows: RowsByUuid; snapshot: Snapshot; mapping: Mapping },
): Promise<Set<string>> {
  const keptOf = compileKept(source.layout, snapshot.columns);
  const wanted = new WantedKeys(mapping, snapshot.columns);
  for (const values of lines.values()) wanted.add(values);
  const sisters: ArrayRow[] = [];
  for (const [column, texts] of wanted.texts)
    for await (const chunk of source.byTexts(column, [...texts]))
      sisters.push(...chunk.filter((row) => wanted.has(keptOf(row).values)));
  const unsound = new WantedKeys(mapping, snapshot.columns);
  for (const row of await rows.unsound(sisters)) unsound.add(keptOf(row).values);
  return new Set([...lines].filter(([, values]) => unsound.has(values)).map(([lineKey]) => lineKey));
}
