import type { Clock } from '../../../shared/ground/clock.js';
import { comeBack } from '../../../shared/monday/label-lists.js';
import type { Label } from '../../../shared/monday/label-settings.js';
import type { LabelMemory } from '../../../shared/monday/labels.js';
import { type RememberedLabel, readRememberedLabels, rememberLabel } from '../../../shared/store/labels.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

interface Remembering {
  warehouse: Warehouse;
  clock: Clock;
}

/** Rule 20: what a board has made of labels that were asked for, kept in MON_Label. */
export class RememberedLabels {
  readonly #boardId: string;
  readonly #rows: readonly RememberedLabel[];

  private constructor(boardId: string, rows: readonly RememberedLabel[]) {
    this.#boardId = boardId;
    this.#rows = rows;
  }

  static async of(warehouse: Warehouse, boardId: string): Promise<RememberedLabels> {
    return new RememberedLabels(boardId, await readRememberedLabels(warehouse, boardId));
  }

  /** Of a board that is not looked at. */
  static none(): RememberedLabels {
    return new RememberedLabels('', []);
  }

  /**
   * The labels of a column, by the texts that were sent for them where they came back as others. What came back counts
   * while the column still has it, active or not; a label that a planner has renamed since is another one.
   */
  of(columnId: string, labels: readonly Label[]): Map<string, Label> {
    const found = new Map<string, Label>();
    for (const remembered of this.#rows) {
      if (remembered.columnId !== columnId) continue;
      const { sentText, knownIds, labelId, labelText } = remembered;
      const label =
        labelId === null
          ? comeBack(sentText, new Set(knownIds), labels)
          : labels.find(({ id, label: text }) => id === labelId && text === labelText);
      if (label !== undefined && label.label !== sentText) found.set(sentText, label);
    }
    return found;
  }

  /** Keeps what is asked from now on. */
  memory({ warehouse, clock }: Remembering): LabelMemory {
    const told = new Map<string, number | undefined>();
    const remember = (label: RememberedLabel): Promise<void> =>
      warehouse.transaction((transaction) => rememberLabel(transaction, this.#boardId, label, clock.now()));
    return {
      asking: (columnId, text, known) =>
        remember({ columnId, sentText: text, knownIds: [...known], labelId: null, labelText: null }),
      told: async (columnId, text, label) => {
        const key = `${columnId}|${text}`;
        if (told.has(key) && told.get(key) === label?.id) return;
        told.set(key, label?.id);
        const [labelId, labelText] = [label?.id ?? null, label?.label ?? null];
        await remember({ columnId, sentText: text, knownIds: null, labelId, labelText });
      },
    };
  }
}
