const SLOT_BITS = 12;
const SLOTS = 1 << SLOT_BITS;
/** Longer texts are rarely repeated, and finding them costs more than making them. */
const MOST_BYTES = 24;

/**
 * Makes strings of UTF-8, and gives a short text that was made lately again instead of a copy. Of the columns of an order
 * line most have few different values, so that most fields of a wide table cost neither a string nor its collection.
 */
export class FrequentTexts {
  readonly #texts = new Array<string>(SLOTS).fill('');
  /** What each text was made of, so that it is known without a string. */
  readonly #bytes = new Uint8Array(SLOTS * MOST_BYTES);
  readonly #lengths = new Uint8Array(SLOTS);

  at(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MOST_BYTES) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes, start, end);
    if (this.#holds(slot, bytes, start, length)) return this.#texts[slot] ?? '';
    const text = bytes.toString('utf8', start, end);
    const place = slot * MOST_BYTES;
    for (let index = 0; index < length; index++) this.#bytes[place + index] = bytes[start + index] ?? 0;
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }

  #holds(slot: number, bytes: Buffer, start: number, length: number): boolean {
    if (this.#lengths[slot] !== length) return false;
    const place = slot * MOST_BYTES;
    for (let index = 0; index < length; index++) if (this.#bytes[place + index] !== bytes[start + index]) return false;
    return true;
  }
}

function slotOf(bytes: Buffer, start: number, end: number): number {
  let mixed = 0x811c9dc5;
  for (let index = start; index < end; index++) mixed = Math.imul(mixed ^ (bytes[index] ?? 0), 0x01000193);
  return (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
}
