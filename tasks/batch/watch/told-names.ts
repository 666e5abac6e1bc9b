import { uuidV5 } from '../../../shared/ground/ids.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import { fold } from '../../../shared/mapping/fold.js';
import { cutText } from '../../../shared/mapping/rules.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import { forgetToldNames, noteToldNames, toldIds } from '../../../shared/store/told-names.js';
import type { Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/** What a column of the table has room for. */
const LONGEST = 255;

/** Rule 8: names and words of which an alert was given, so that none is given in every run. */
export class ToldNames {
  readonly #told: ReadonlySet<string>;

  private constructor(told: ReadonlySet<string>) {
    this.#told = told;
  }

  static async read(queryable: Queryable): Promise<ToldNames> {
    return new ToldNames(new Set(await toldIds(queryable)));
  }

  has(unmapped: Unmapped): boolean {
    return this.#told.has(toldId(unmapped));
  }

  /**
   * After an alert: notes what it told of. With `forget`, which takes a run that saw all there is, what no line has any
   * more may be told again when it comes back. Killed before it, the alert is given once more.
   */
  async keep(warehouse: Warehouse, run: RunFigures, options: { now: Date; forget: boolean }): Promise<void> {
    const seen = new Map(run.told.unmapped.map((each) => [toldId(each), each]));
    const fresh = [...seen]
      .filter(([id]) => !this.#told.has(id))
      .map(([id, unmapped]) => ({
        id,
        name: cutText('customer' in unmapped ? unmapped.customer : unmapped.word, LONGEST),
        column: 'customer' in unmapped ? null : unmapped.column,
      }));
    const gone = options.forget ? [...this.#told].filter((id) => !seen.has(id)) : [];
    await noteToldNames(warehouse, fresh, { runId: run.runId, now: options.now });
    await forgetToldNames(warehouse, gone);
  }
}

/** A name is told once more when lines that the board shows leave to it. */
function toldId(unmapped: Unmapped): string {
  const place = 'customer' in unmapped ? ['customer', unmapped.customer] : ['word', unmapped.column, unmapped.word];
  return uuidV5([unmapped.known > 0 ? 'left' : 'never known', ...place.map(fold)].join('\n'));
}
