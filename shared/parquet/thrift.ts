// Thrift's compact protocol, as far as the footer and the page headers of a Parquet file speak it.

/** Types as the headers of fields and lists name them. */
const TYPE = { stop: 0, true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 };
/** A list with more elements has their number behind its header. */
const SHORT_LIST = 14;
/** A field whose number is further behind the one before has its number behind its header. */
const NEAR_FIELD = 15;

/** A field of a struct that is being written: the number that parquet.thrift gives it, and its value. */
export interface ThriftField {
  readonly id: number;
  readonly type: number;
  readonly bytes: Buffer;
}

export function int(id: number, value: number): ThriftField {
  return { id, type: TYPE.i32, bytes: zigzag(value) };
}

export function long(id: number, value: number): ThriftField {
  return { id, type: TYPE.i64, bytes: zigzag(value) };
}

export function text(id: number, value: string): ThriftField {
  return { id, type: TYPE.binary, bytes: binary(value) };
}

export function struct(id: number, fields: readonly ThriftField[]): ThriftField {
  return { id, type: TYPE.struct, bytes: structBytes(fields) };
}

export function ints(id: number, values: readonly number[]): ThriftField {
  return list(id, TYPE.i32, values.map(zigzag));
}

export function texts(id: number, values: readonly string[]): ThriftField {
  return list(id, TYPE.binary, values.map(binary));
}

export function structs(id: number, values: readonly (readonly ThriftField[])[]): ThriftField {
  return list(id, TYPE.struct, values.map(structBytes));
}

/** A struct by itself. Fields stand in the order of their numbers. */
export function structBytes(fields: readonly ThriftField[]): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const { id, type, bytes } of fields) {
    const step = id - last;
    parts.push(
      step <= NEAR_FIELD ? Buffer.from([(step << 4) | type]) : Buffer.concat([Buffer.from([type]), zigzag(id)]),
    );
    parts.push(bytes);
    last = id;
  }
  parts.push(Buffer.from([TYPE.stop]));
  return Buffer.concat(parts);
}

function list(id: number, type: number, elements: readonly Buffer[]): ThriftField {
  const { length } = elements;
  const header =
    length <= SHORT_LIST
      ? Buffer.from([(length << 4) | type])
      : Buffer.concat([Buffer.from([0xf0 | type]), varint(length)]);
  return { id, type: TYPE.list, bytes: Buffer.concat([header, ...elements]) };
}

function binary(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([varint(bytes.length), bytes]);
}

/** Unsigned, seven bits a byte, lowest first. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** Signed: small numbers are short, negative ones too. */
export function zigzag(value: number): Buffer {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

export type ThriftValue = number | boolean | Buffer | readonly ThriftValue[] | Struct;

/** A struct that was read. A field of another type than is asked for is a damaged file. */
export class Struct {
  readonly #fields: ReadonlyMap<number, ThriftValue>;

  constructor(fields: ReadonlyMap<number, ThriftValue>) {
    this.#fields = fields;
  }

  has(id: number): boolean {
    return this.#fields.has(id);
  }

  number(id: number): number {
    const value = this.#fields.get(id);
    return typeof value === 'number' ? value : missing(id);
  }

  text(id: number): string {
    const value = this.#fields.get(id);
    return Buffer.isBuffer(value) ? value.toString('utf8') : missing(id);
  }

  struct(id: number): Struct {
    const value = this.#fields.get(id);
    return value instanceof Struct ? value : missing(id);
  }

  structs(id: number): Struct[] {
    const value = this.#fields.get(id);
    if (!Array.isArray(value)) return missing(id);
    return value.map((element: ThriftValue) => (element instanceof Struct ? element : missing(id)));
  }
}

function missing(id: number): never {
  throw new RangeError(`field ${id} is not there`);
}

/** Goes through bytes from front to back. Whatever lies beyond their end is a RangeError. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const byte = this.bytes.readUInt8(this.at);
    this.at += 1;
    return byte;
  }

  take(length: number): Buffer {
    const end = this.at + length;
    if (length < 0 || end > this.bytes.length) throw new RangeError(`${length} bytes are not there`);
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** Numbers beyond 2^53, which no length or count of a file is, come out inexact. */
  varint(): number {
    let [value, scale] = [0, 1];
    for (let byte = 0x80; byte & 0x80; scale *= 128) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  struct(): Struct {
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const header = this.byte();
      const type = header & 0x0f;
      if (type === TYPE.stop) return new Struct(fields);
      id = header >> 4 === 0 ? this.zigzag() : id + (header >> 4);
      // A boolean is told by its type alone.
      fields.set(id, type === TYPE.true || type === TYPE.false ? type === TYPE.true : this.#value(type));
    }
  }

  #value(type: number): ThriftValue {
    if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) return this.zigzag();
    if (type === TYPE.binary) return this.take(this.varint());
    if (type === TYPE.struct) return this.struct();
    if (type === TYPE.list) return this.#list();
    if (type === TYPE.byte || type === TYPE.true || type === TYPE.false) return this.byte();
    if (type === TYPE.double) return this.take(8).readDoubleLE();
    throw new RangeError(`type ${type} is not one of a Parquet file`);
  }

  #list(): ThriftValue[] {
    const header = this.byte();
    const size = header >> 4 > SHORT_LIST ? this.varint() : header >> 4;
    const values: ThriftValue[] = [];
    for (let index = 0; index < size; index++) values.push(this.#value(header & 0x0f));
    return values;
  }
}
