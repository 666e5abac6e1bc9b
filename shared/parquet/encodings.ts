import { ByteReader, varint, zigzag } from './thrift.js';

// How Parquet packs lists of numbers: https://parquet.apache.org/docs/file-format/data-pages/encodings/

/** Packed numbers come in groups of so many, so that a group ends with a byte. */
const GROUP = 8;
/** A run of equal values that is shorter takes more room by itself than packed with its neighbours. */
const SHORTEST_RUN = 8;

/** Bits that it takes to tell `count` values apart, none for one. */
export function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** Values of `width` bits, lowest bit first. */
export function packBits(values: ArrayLike<number>, from: number, to: number, width: number): Buffer {
  const packed = Buffer.alloc(Math.ceil(((to - from) * width) / 8));
  let [at, held, bits] = [0, 0, 0];
  const put = (value: number, count: number): void => {
    held |= value << bits;
    for (bits += count; bits >= 8; bits -= 8, held >>>= 8) packed[at++] = held & 0xff;
  };
  for (let index = from; index < to; index++) {
    const value = values[index] ?? 0;
    if (width <= 16) put(value, width);
    else {
      put(value & 0xffff, 16);
      put(value >>> 16, width - 16);
    }
  }
  if (bits > 0) packed[at] = held & 0xff;
  return packed;
}

/** The first `count` of the packed values. */
export function unpackBits(packed: Buffer, count: number, width: number): Uint32Array {
  const values = new Uint32Array(count);
  let [at, held, bits] = [0, 0, 0];
  const take = (wanted: number): number => {
    for (; bits < wanted; bits += 8) held |= packed.readUInt8(at++) << bits;
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    bits -= wanted;
    return value;
  };
  for (let index = 0; index < count; index++)
    values[index] = width <= 16 ? take(width) : take(16) + take(width - 16) * 0x10000;
  return values;
}

/** RLE / bit-packing hybrid: runs of equal values, and packed groups between them. */
export function packRuns(values: ArrayLike<number>, width: number): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  const flush = (to: number): void => {
    if (to > from)
      parts.push(
        varint((Math.ceil((to - from) / GROUP) << 1) | 1),
        packBits(groups(values, from, to), 0, roundUp(to - from), width),
      );
    from = to;
  };
  for (let at = 0; at < values.length; ) {
    const value = values[at];
    let end = at + 1;
    while (end < values.length && values[end] === value) end++;
    // Groups are full, so that a run may have to give its first values to the group before it.
    const begin = from + roundUp(at - from);
    if (end - begin >= SHORTEST_RUN) {
      flush(begin);
      parts.push(varint((end - begin) << 1), littleEndian(value ?? 0, width));
      from = end;
    }
    at = end;
  }
  flush(values.length);
  return Buffer.concat(parts);
}

/** The values from one to another, with zeros behind them up to a full group. */
function groups(values: ArrayLike<number>, from: number, to: number): Uint32Array {
  const full = new Uint32Array(roundUp(to - from));
  for (let index = from; index < to; index++) full[index - from] = values[index] ?? 0;
  return full;
}

function roundUp(count: number): number {
  return Math.ceil(count / GROUP) * GROUP;
}

function littleEndian(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(width / 8));
  for (let index = 0; index < bytes.length; index++) bytes[index] = (value >>> (8 * index)) & 0xff;
  return bytes;
}

export function unpackRuns(packed: Buffer, count: number, width: number): Uint32Array {
  const values = new Uint32Array(count);
  const reader = new ByteReader(packed);
  for (let at = 0; at < count; ) {
    const header = reader.varint();
    const length = Math.floor(header / 2);
    if (length === 0) throw new RangeError('a run of nothing');
    if (header % 2 === 0) {
      const end = Math.min(count, at + length);
      values.fill(readLittleEndian(reader.take(Math.ceil(width / 8))), at, end);
      at = end;
    } else {
      const some = unpackBits(reader.take(length * width), Math.min(count - at, length * GROUP), width);
      values.set(some, at);
      at += some.length;
    }
  }
  return values;
}

function readLittleEndian(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.readUIntLE(0, bytes.length);
}

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;

/** DELTA_BINARY_PACKED: the differences of 32-bit integers, each block's less the smallest of it. They wrap around. */
export function packDeltas(values: ArrayLike<number>): Buffer {
  const [deltas, above] = [new Int32Array(BLOCK), new Uint32Array(BLOCK)];
  const parts = [varint(BLOCK), varint(MINIBLOCKS), varint(values.length), zigzag(values[0] ?? 0)];
  for (let from = 1; from < values.length; from += BLOCK) {
    const count = Math.min(BLOCK, values.length - from);
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < count; at++) {
      deltas[at] = (values[from + at] ?? 0) - (values[from + at - 1] ?? 0);
      least = Math.min(least, deltas[at] ?? 0);
    }
    above.fill(0);
    for (let at = 0; at < count; at++) above[at] = (deltas[at] ?? 0) - least;
    const widths: number[] = [];
    const packed: Buffer[] = [];
    for (let at = 0; at < BLOCK; at += MINIBLOCK) {
      const width = at < count ? 32 - Math.clz32(Math.max(...above.subarray(at, at + MINIBLOCK))) : 0;
      widths.push(width);
      packed.push(packBits(above, at, at + MINIBLOCK, width));
    }
    parts.push(zigzag(least), Buffer.from(widths), ...packed);
  }
  return Buffer.concat(parts);
}

/** Leaves the reader behind the packed numbers. */
export function unpackDeltas(reader: ByteReader, count: number): Int32Array {
  const [block, miniblocks, held] = [reader.varint(), reader.varint(), reader.varint()];
  if (block !== BLOCK || miniblocks !== MINIBLOCKS) throw new RangeError('blocks of another size');
  if (held !== count) throw new RangeError(`${held} values instead of ${count}`);
  let last = reader.zigzag();
  const values = new Int32Array(count);
  if (count > 0) values[0] = last;
  for (let at = 1; at < count; ) {
    const least = reader.zigzag();
    const widths = reader.take(MINIBLOCKS);
    for (const width of widths) {
      if (at >= count) break;
      const above = unpackBits(reader.take((MINIBLOCK * width) / 8), Math.min(MINIBLOCK, count - at), width);
      for (const more of above) {
        last = (last + least + more) | 0;
        values[at++] = last;
      }
    }
  }
  return values;
}
