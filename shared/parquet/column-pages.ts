import { brotliCompressSync, constants } from 'node:zlib';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { bitsFor, packDeltas, packRuns } from './encodings.js';
import { type CellValue, CODEC, ENCODING, type Encoding, PAGE_TYPE } from './format.js';
import type { ParquetColumn } from './parquet.js';
import { int, struct, structBytes, type ThriftField } from './thrift.js';

/** More different values than this are not looked up in a dictionary any more. */
const DICTIONARY_LIMIT = 1 << 15;
/** A first page of more rows is not tried: it has a dictionary where half of its values repeat. */
const TRIED_ROWS = 2_048;
/** Up to so many bytes good compression costs next to nothing, in a window of no more than they need. */
const SMALL_PAGE = 1 << 15;
const SMALL_WINDOW = 16;
/** Of Brotli. What looks for repetitions finds none in random digits, and writes them worse for it. */
const QUALITY = { distinct: 1, small: 9, large: 5 };
const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

interface EncodedPage {
  readonly encoding: Encoding;
  readonly rows: number;
  readonly raw: Buffer;
  readonly packed: Buffer;
}

/** A column as it lies in the file: its pages, and what the footer says of them. */
export interface ColumnChunk {
  readonly pages: readonly Buffer[];
  readonly codec: number;
  readonly encodings: readonly Encoding[];
  /** Bytes of the dictionary's page, the first; 0 where there is none. */
  readonly dictionaryBytes: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
}

/**
 * One column, page after page. The first page that has values is tried in each encoding, and the one that takes least
 * room is kept for the column: a dictionary is only made where it pays.
 */
export class ColumnPages {
  readonly column: ParquetColumn;
  readonly #pages: EncodedPage[] = [];
  readonly #present: Uint8Array;
  #rows = 0;
  #values: CellValue[] = [];
  readonly #dictionary = new Map<CellValue, number>();
  #encoding: Encoding | undefined;
  /** What takes over when the dictionary is full. */
  #direct: Encoding = ENCODING.plain;

  constructor(column: ParquetColumn, pageRows: number) {
    this.column = column;
    this.#present = new Uint8Array(pageRows);
  }

  /** Whether any row so far has a value. */
  get hasValues(): boolean {
    return this.#encoding !== undefined;
  }

  /** Takes the values at `index` of some rows into the page that is being filled. */
  add(rows: readonly ArrayRow[], index: number): void {
    const { kind, name } = this.column;
    for (const row of rows) {
      const value = row[index] ?? null;
      this.#present[this.#rows++] = value === null ? 0 : 1;
      if (value !== null) this.#values.push(kind === 'int' ? checkedInt(name, value) : String(value));
    }
  }

  endPage(): void {
    const runs = packRuns(this.#present.subarray(0, this.#rows), 1);
    const levels = Buffer.alloc(4 + runs.length);
    levels.writeUInt32LE(runs.length);
    levels.set(runs, 4);
    this.#pages.push(this.#page(levels, this.#values, this.#rows));
    this.#rows = 0;
    this.#values = [];
  }

  #page(levels: Buffer, values: readonly CellValue[], rows: number): EncodedPage {
    const page = (encoding: Encoding): EncodedPage => {
      const raw = Buffer.concat([levels, ...this.#encode(encoding, values)]);
      return { encoding, rows, raw, packed: this.#compress(raw) };
    };
    if (values.length === 0) return page(ENCODING.plain);
    if (this.#encoding === ENCODING.dictionary && !this.#addToDictionary(values)) this.#encoding = this.#direct;
    if (this.#encoding !== undefined) return page(this.#encoding);
    const other = this.column.kind === 'int' ? ENCODING.deltas : ENCODING.lengths;
    if (rows > TRIED_ROWS) {
      const repeats = !this.column.distinct && this.#addToDictionary(values, values.length / 2);
      this.#direct = other;
      this.#encoding = repeats ? ENCODING.dictionary : other;
      return page(this.#encoding);
    }
    const direct = smallest([page(ENCODING.plain), page(other)]);
    this.#direct = this.#encoding = direct.encoding;
    if (this.column.distinct || !this.#addToDictionary(values)) return direct;
    const looked = page(ENCODING.dictionary);
    if (looked.packed.length + this.#compress(this.#dictionaryBytes()).length >= direct.packed.length) return direct;
    this.#encoding = ENCODING.dictionary;
    return looked;
  }

  #encode(encoding: Encoding, values: readonly CellValue[]): Buffer[] {
    if (encoding === ENCODING.dictionary) {
      const width = Math.max(1, bitsFor(this.#dictionary.size));
      const indices = new Uint32Array(values.length);
      for (const [at, value] of values.entries()) indices[at] = this.#dictionary.get(value) ?? 0;
      return [Buffer.from([width]), packRuns(indices, width)];
    }
    if (encoding === ENCODING.deltas) return [packDeltas(values.map(Number))];
    if (encoding === ENCODING.lengths) {
      const texts = values.map(String);
      const lengths = texts.map((text) => Buffer.byteLength(text, 'utf8'));
      const joined = Buffer.from(texts.join(''), 'utf8');
      // Halves of a character that end one text and begin the next would become one character.
      const whole = joined.length === lengths.reduce((sum, length) => sum + length, 0);
      return [packDeltas(lengths), ...(whole ? [joined] : texts.map((text) => Buffer.from(text, 'utf8')))];
    }
    return [plain(this.column.kind, values)];
  }

  /** False when it would grow too large: it is left as it is then, for the pages that use it. */
  #addToDictionary(values: readonly CellValue[], limit = DICTIONARY_LIMIT): boolean {
    const { size } = this.#dictionary;
    for (const value of values) {
      if (!this.#dictionary.has(value)) this.#dictionary.set(value, this.#dictionary.size);
      if (this.#dictionary.size <= limit) continue;
      for (const added of [...this.#dictionary.keys()].slice(size)) this.#dictionary.delete(added);
      return false;
    }
    return true;
  }

  #compress(raw: Buffer): Buffer {
    const small = raw.length <= SMALL_PAGE;
    return brotliCompressSync(raw, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: this.column.distinct
          ? QUALITY.distinct
          : small
            ? QUALITY.small
            : QUALITY.large,
        [constants.BROTLI_PARAM_LGWIN]: small ? SMALL_WINDOW : constants.BROTLI_DEFAULT_WINDOW,
        [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      },
    });
  }

  #dictionaryBytes(): Buffer {
    return plain(this.column.kind, [...this.#dictionary.keys()]);
  }

  /** All pages. Where compression takes more room than it saves there is none. */
  finish(): ColumnChunk {
    const pages = [...this.#pages];
    const used = new Set(pages.map(({ encoding }) => encoding));
    const withDictionary = used.has(ENCODING.dictionary);
    if (withDictionary) {
      const raw = this.#dictionaryBytes();
      pages.unshift({ encoding: ENCODING.plain, rows: this.#dictionary.size, raw, packed: this.#compress(raw) });
    }
    const sum = (of: (page: EncodedPage) => Buffer): number =>
      pages.reduce((total, page) => total + of(page).length, 0);
    const smaller = sum(({ packed }) => packed) < sum(({ raw }) => raw);
    const written = pages.map((page, index) => {
      const body = smaller ? page.packed : page.raw;
      return Buffer.concat([pageHeader(page, body.length, withDictionary && index === 0), body]);
    });
    const headers =
      written.reduce((total, { length }) => total + length, 0) - sum(({ packed, raw }) => (smaller ? packed : raw));
    return {
      pages: written,
      codec: smaller ? CODEC.brotli : CODEC.uncompressed,
      encodings: [...new Set([...used, ENCODING.rle, ...(withDictionary ? [ENCODING.plain] : [])])].sort(
        (a, b) => a - b,
      ),
      dictionaryBytes: withDictionary ? (written[0]?.length ?? 0) : 0,
      bytes: written.reduce((total, { length }) => total + length, 0),
      uncompressedBytes: headers + sum(({ raw }) => raw),
    };
  }
}

function smallest(pages: readonly [EncodedPage, EncodedPage]): EncodedPage {
  const [first, second] = pages;
  return second.packed.length < first.packed.length ? second : first;
}

function plain(kind: ParquetColumn['kind'], values: readonly CellValue[]): Buffer {
  if (kind === 'int') {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [index, value] of values.entries()) bytes.writeInt32LE(Number(value), 4 * index);
    return bytes;
  }
  const texts = values.map(String);
  const bytes = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text, 'utf8'), 0));
  let at = 0;
  for (const text of texts) {
    const length = bytes.write(text, at + 4, 'utf8');
    bytes.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return bytes;
}

function pageHeader({ encoding, rows, raw }: EncodedPage, length: number, dictionary: boolean): Buffer {
  const about: ThriftField = dictionary
    ? struct(7, [int(1, rows), int(2, encoding)])
    : struct(5, [int(1, rows), int(2, encoding), int(3, ENCODING.rle), int(4, ENCODING.rle)]);
  const type = dictionary ? PAGE_TYPE.dictionary : PAGE_TYPE.data;
  return structBytes([int(1, type), int(2, raw.length), int(3, length), about]);
}

function checkedInt(name: string, value: CellValue): number {
  if (typeof value === 'number' && isInt32(value)) return value;
  throw new TypeError(`Column "${name}" of a Parquet file takes 32-bit integers; it was given another value.`);
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX && !Object.is(value, -0);
}
