import { uuidV5 } from '../../../shared/ground/ids.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import { fold } from '../../../shared/mapping/fold.js';
import { cutText } from '../../../shared/mapping/rules.js';
import { forgetToldNames, noteToldNames, type ToldName, toldNames } from '../../../shared/store/told-names.js';
import type { Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { WatchFinding } from './finding.js';

/** What a column of the table has room for. */
const LONGEST = 255;

/** Checks that last for many runs, and are told once as names are. */
const LASTING = ['archive-growth', 'archive-month'] as const satisfies readonly WatchFinding['check'][];

/** Rule 8: names and words, and limits of archives, of which an alert was given, so that none is given in every run. */
export class ToldNames {
  readonly #told: readonly Omit<ToldName, 'name'>[];
  readonly #ids: ReadonlySet<string>;

  private constructor(told: readonly Omit<ToldName, 'name'>[]) {
    this.#told = told;
    this.#ids = new Set(told.map(({ id }) => id));
  }

  static async read(queryable: Queryable): Promise<ToldNames> {
    return new ToldNames(await toldNames(queryable));
  }

  has({ id }: ToldName): boolean {
    return this.#ids.has(id);
  }

  /** After an alert: notes what it told of. Killed before it, the alert is given once more. */
  async note(warehouse: Warehouse, told: readonly ToldName[], of: { runId: string; now: Date }): Promise<void> {
    const fresh = new Map(told.filter((each) => !this.has(each)).map((each) => [each.id, each]));
    await noteToldNames(warehouse, [...fresh.values()], of);
  }

  /** Names that no line has any more, by a run that saw all there are: they are told again when they come back. */
  async forgetNames(warehouse: Warehouse, seen: readonly ToldName[]): Promise<void> {
    await this.#forget(warehouse, seen, (column) => !isLasting(column));
  }

  /** Limits that archives are below again. */
  async forgetChecks(warehouse: Warehouse, seen: readonly ToldName[]): Promise<void> {
    await this.#forget(warehouse, seen, isLasting);
  }

  async #forget(warehouse: Warehouse, seen: readonly ToldName[], isOf: (column: string | null) => boolean) {
    const still = new Set(seen.map(({ id }) => id));
    const gone = this.#told.filter(({ id, column }) => isOf(column) && !still.has(id));
    await forgetToldNames(
      warehouse,
      gone.map(({ id }) => id),
    );
  }
}

function isLasting(column: string | null): boolean {
  return LASTING.some((check) => check === column);
}

/** A name is told once more when lines that the board shows leave to it. */
export function toldUnmapped(unmapped: Unmapped): ToldName {
  const [name, column] = 'customer' in unmapped ? [unmapped.customer, null] : [unmapped.word, unmapped.column];
  const place = column === null ? ['customer', name] : ['word', column, name];
  const id = uuidV5([unmapped.known > 0 ? 'left' : 'never known', ...place.map(fold)].join('\n'));
  return { id, name: cutText(name, LONGEST), column };
}

/** What a check has found of a customer, or of all. */
export function toldCheck(check: (typeof LASTING)[number], of: string): ToldName {
  return { id: uuidV5([check, of].join('\n')), name: cutText(of, LONGEST), column: check };
}
