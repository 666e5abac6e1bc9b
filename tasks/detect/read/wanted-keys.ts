import { compileBusinessKey } from '../../../shared/lines/business-key.js';
import type { Kept } from '../../../shared/lines/kept.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';

/** Business keys of kept values, and the texts by which lines or rows that may have one of them are asked for. */
export class WantedKeys {
  /** By column: each key by the first of its columns that has a text. */
  readonly texts = new Map<string, Set<string>>();
  readonly #keys = new Set<string>();
  readonly #keyOf: (values: Kept['values']) => string | undefined;
  readonly #places: readonly (readonly [column: string, place: number])[];

  /** `columns`: those of the kept values. */
  constructor(mapping: Mapping, columns: readonly string[]) {
    this.#keyOf = compileBusinessKey(mapping, columns, { partial: true });
    this.#places = mapping.source.businessKey.map((name) => [name, columns.indexOf(name)]);
  }

  /** Values without a business key are passed over. */
  add(values: Kept['values']): void {
    const key = this.#keyOf(values);
    const [column, place] = this.#places.find(([, at]) => values[at] != null) ?? [];
    if (key === undefined || column === undefined || place === undefined) return;
    this.#keys.add(key);
    const list = this.texts.get(column) ?? new Set();
    this.texts.set(column, list.add(values[place] ?? ''));
  }

  has(values: Kept['values']): boolean {
    return this.#keys.has(this.#keyOf(values) ?? '');
  }
}
