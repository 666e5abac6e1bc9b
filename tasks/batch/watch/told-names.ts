import { z } from 'zod';
import { uuidV5 } from '../../../shared/ground/ids.js';
import type { Unmapped } from '../../../shared/mapper/unmapped.js';
import { fold } from '../../../shared/mapping/fold.js';
import { cutText } from '../../../shared/mapping/texts.js';
import { loadStatement } from '../../../shared/warehouse/port/statements.js';
import type { Queryable, Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { Run } from '../facts/runs.js';

/** What a column of the table has room for. */
const LONGEST = 255;
const toldRow = z.object({ told_id: z.string() });

/** Names and words of which an alert was given, so that none is given in every run. */
export class ToldNames {
  readonly #told: ReadonlySet<string>;

  private constructor(told: ReadonlySet<string>) {
    this.#told = told;
  }

  static async read(queryable: Queryable): Promise<ToldNames> {
    const rows = await queryable.query(loadStatement('told-names/select-told-names'));
    return new ToldNames(new Set(rows.map((row) => toldRow.parse(row).told_id.toLowerCase())));
  }

  has(unmapped: Unmapped): boolean {
    return this.#told.has(toldId(unmapped));
  }

  /**
   * After an alert: notes what it told of. With `forget`, which takes a run that saw all there is, what no line has any
   * more may be told again when it comes back. Killed before it, the alert is given once more.
   */
  async keep(warehouse: Warehouse, run: Run, options: { now: Date; forget: boolean }): Promise<void> {
    const seen = new Map(run.told.unmapped.map((each) => [toldId(each), each]));
    const rows = [...seen]
      .filter(([id]) => !this.#told.has(id))
      .map(([id, unmapped]) => ({
        told_id: id,
        name: cutText('customer' in unmapped ? unmapped.customer : unmapped.word, LONGEST),
        column_name: 'customer' in unmapped ? null : unmapped.column,
        run_id: run.runId,
        told_at: options.now.toISOString().slice(0, -1),
      }));
    const gone = options.forget ? [...this.#told].filter((id) => !seen.has(id)) : [];
    if (rows.length > 0) await warehouse.execute(loadStatement('told-names/insert-told-names'), { rows });
    if (gone.length > 0) await warehouse.execute(loadStatement('told-names/delete-told-names'), { told_ids: gone });
  }
}

/** A name is told once more when lines that the board shows leave to it. */
function toldId(unmapped: Unmapped): string {
  const place = 'customer' in unmapped ? ['customer', unmapped.customer] : ['word', unmapped.column, unmapped.word];
  return uuidV5([unmapped.known > 0 ? 'left' : 'never known', ...place.map(fold)].join('\n'));
}
