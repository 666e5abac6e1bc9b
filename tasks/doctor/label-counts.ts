import { addCount } from '../../shared/ground/lists.js';
import type { MappedLine } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { hasLabels } from '../../shared/mapping/mapping-checks.js';

/** How many lines need each label, by the id of its column. */
export class LabelCounts {
  readonly byColumn = new Map<string, Map<string, number>>();
  readonly #labelled: readonly string[];

  constructor({ item }: Mapping) {
    this.#labelled = item.columns.filter(({ type }) => hasLabels(type)).map(({ id }) => id);
  }

  add({ values }: MappedLine): void {
    for (const id of this.#labelled) {
      const label = values.get(id);
      if (label == null) continue;
      const known = this.byColumn.get(id) ?? new Map<string, number>();
      this.byColumn.set(id, known);
      addCount(known, label);
    }
  }
}
