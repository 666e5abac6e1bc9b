import type { ItemColumn } from '../mapping/mapping.js';

/**
 * Canonical texts of a line by id of the board column; null clears the column. A column that is absent has a text that
 * cannot be read: the board keeps what it shows. A list for each line: a map of its own would take ten times the memory.
 */
export class LineValues {
  /** In the order of the mapping's item columns; undefined where one is absent. */
  readonly texts: readonly (string | null | undefined)[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(places: ReadonlyMap<string, number>, texts: LineValues['texts']) {
    this.#places = places;
    this.texts = texts;
  }

  get(id: string): string | null | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.texts[place];
  }

  *[Symbol.iterator](): Generator<[id: string, text: string | null]> {
    for (const [id, place] of this.#places) {
      const text = this.texts[place];
      if (text !== undefined) yield [id, text];
    }
  }
}

/** Where each column stands among the texts of a line. */
export function columnPlaces(columns: readonly ItemColumn[]): ReadonlyMap<string, number> {
  return new Map(columns.map(({ id }, place) => [id, place]));
}
