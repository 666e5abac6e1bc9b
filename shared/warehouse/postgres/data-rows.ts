import { Fields, NULL_FIELD, type TextRows, withRoom } from '../port/text-rows.js';

/** Bytes that make a chunk of rows: enough that the cost of a chunk is spread, little enough to stay in a cache. */
const CHUNK_BYTES = 256 * 1024;
/** A message is its letter, its length without that letter, and a body. */
const HEADER_BYTES = 5;
const LETTER_D = 0x44;

/** Cuts what a PostgreSQL server sends into rows of its DataRow messages, whatever pieces the bytes come in. */
export class DataRows {
  readonly #other: (message: Buffer) => void;
  readonly #fields = new Fields();
  #bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES * 2);
  #filled = 0;
  /** Where the first message begins that is not there as a whole. */
  #at = 0;
  #count = 0;
  #width = 0;

  /** Every message that is no row goes to `other` as it is. */
  constructor(other: (message: Buffer) => void) {
    this.#other = other;
  }

  /** Takes the next bytes and tells whether there is a chunk of rows to be taken. */
  add(piece: Buffer): boolean {
    this.#bytes = withRoom(this.#bytes, this.#filled, piece.length);
    this.#bytes.set(piece, this.#filled);
    this.#filled += piece.length;
    this.#cut();
    return this.#at >= CHUNK_BYTES && this.#count > 0;
  }

  /** The rows since they were taken last, valid until `compact`; undefined when there are none. */
  take(): TextRows | undefined {
    const count = this.#count;
    if (count === 0) return undefined;
    this.#count = 0;
    return { bytes: this.#bytes, count, width: this.#width, starts: this.#fields.starts, ends: this.#fields.ends };
  }

  /** Forgets the bytes of rows that were taken. */
  compact(): void {
    this.#bytes.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
  }

  #cut(): void {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#filled);
    while (this.#at + HEADER_BYTES <= this.#filled) {
      const end = this.#at + 1 + view.getInt32(this.#at + 1);
      if (end > this.#filled) return;
      if (view.getUint8(this.#at) === LETTER_D) this.#addRow(view, this.#at + HEADER_BYTES);
      else this.#other(Buffer.from(this.#bytes.subarray(this.#at, end)));
      this.#at = end;
    }
  }

  /** The body of a DataRow: how many fields there are; of each its length, -1 for null, and its text. */
  #addRow(view: DataView, body: number): void {
    const width = view.getInt16(body);
    const first = this.#count++ * width;
    this.#width = width;
    this.#fields.reserve(first + width);
    const { starts, ends } = this.#fields;
    let at = body + 2;
    for (let field = first; field < first + width; field++) {
      const length = view.getInt32(at);
      at += 4;
      if (length < 0) starts[field] = NULL_FIELD;
      else {
        starts[field] = at;
        at += length;
        ends[field] = at;
      }
    }
  }
}
