import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../shared/ground/clock.js';
import { jsonText } from '../../shared/ground/json-text.js';
import { comeBack } from '../../shared/monday/label-lists.js';
import type { Label } from '../../shared/monday/label-settings.js';
import type { LabelMemory } from '../../shared/monday/labels.js';
import { loadStatement } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';

const ids = jsonText(z.array(z.number()))
  .nullable()
  .transform((list) => (list === null ? null : new Set(list)));
const labelRow = z.object({
  column_id: z.string(),
  sent_text: z.string(),
  known_ids: ids,
  label_id: z.number().nullable(),
  label_text: z.string().nullable(),
});
type LabelRow = z.infer<typeof labelRow>;

interface Remembering {
  warehouse: Warehouse;
  clock: Clock;
}

/** What a board has made of labels that were asked for, kept in MON_Label. */
export class RememberedLabels {
  readonly #boardId: string;
  readonly #rows: readonly LabelRow[];

  private constructor(boardId: string, rows: readonly LabelRow[]) {
    this.#boardId = boardId;
    this.#rows = rows;
  }

  static async of(warehouse: Warehouse, boardId: string): Promise<RememberedLabels> {
    const rows = await warehouse.query(loadStatement('labels/select-labels'), { board_id: boardId });
    return new RememberedLabels(
      boardId,
      rows.map((row) => labelRow.parse(row)),
    );
  }

  /**
   * The labels of a column, by the texts that were sent for them where they came back as others. What came back counts
   * while the column still has it, active or not; a label that a planner has renamed since is another one.
   */
  of(columnId: string, labels: readonly Label[]): Map<string, Label> {
    const found = new Map<string, Label>();
    for (const { column_id, sent_text, known_ids, label_id, label_text } of this.#rows) {
      if (column_id !== columnId) continue;
      const label =
        label_id === null
          ? comeBack(sent_text, known_ids ?? new Set(), labels)
          : labels.find(({ id, label: text }) => id === label_id && text === label_text);
      if (label !== undefined && label.label !== sent_text) found.set(sent_text, label);
    }
    return found;
  }

  /** Keeps what is asked from now on. */
  memory(remembering: Remembering): LabelMemory {
    const told = new Map<string, number | undefined>();
    return {
      asking: (columnId, text, known) =>
        this.#write(remembering, columnId, text, {
          known_ids: JSON.stringify(known),
          label_id: null,
          label_text: null,
        }),
      told: async (columnId, text, label) => {
        const key = `${columnId}|${text}`;
        if (told.has(key) && told.get(key) === label?.id) return;
        told.set(key, label?.id);
        const values = { known_ids: null, label_id: label?.id ?? null, label_text: label?.label ?? null };
        await this.#write(remembering, columnId, text, values);
      },
    };
  }

  async #write(
    { warehouse, clock }: Remembering,
    columnId: string,
    text: string,
    values: { known_ids: string | null; label_id: number | null; label_text: string | null },
  ): Promise<void> {
    const row = {
      board_id: this.#boardId,
      column_id: columnId,
      text_hash: createHash('sha256').update(text).digest('hex'),
      now: clock.now(),
      ...values,
    };
    await warehouse.transaction(async (transaction) => {
      if ((await transaction.execute(loadStatement('labels/update-label'), row)) > 0) return;
      await transaction.execute(loadStatement('labels/insert-label'), { ...row, sent_text: text });
    });
  }
}
