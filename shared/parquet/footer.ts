/**
 * The file with these texts as the metadata of its footer, in place of the writer's. That is a copy of the Arrow schema in
 * base64, the texts within: what it says of texts and INT32 the file's own schema says too, and in the file of a small
 * customer it is a third of all bytes. The footer is Thrift's compact protocol; pages lie before it, so that nothing moves.
 */
export function withMetadata(file: Buffer, metadata: ReadonlyMap<string, string>): Buffer {
  const end = file.length - TRAILER;
  const start = end - file.readUInt32LE(end);
  const list = new CompactReader(file, start).fieldOf(METADATA_FIELD);
  const footer = Buffer.concat([file.subarray(start, list.start), listOf(metadata), file.subarray(list.end, end)]);
  const trailer = Buffer.from(file.subarray(end));
  trailer.writeUInt32LE(footer.length);
  return Buffer.concat([file.subarray(0, start), footer, trailer]);
}

/** The length of the footer and the letters PAR1. */
const TRAILER = 8;
/** Of FileMetaData in parquet.thrift: `5: optional list<KeyValue> key_value_metadata`. */
const METADATA_FIELD = 5;

/** Types of the compact protocol, as field and list headers name them. */
const TYPE = { stop: 0, true: 1, false: 2, byte: 3, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 };
/** A list with more elements has their number behind its header. */
const SHORT_LIST = 14;
/** The header of a text whose field number is one higher than that before it. */
const NEXT_TEXT = (1 << 4) | TYPE.binary;

/** `struct KeyValue { 1: required string key, 2: optional string value }`, one for each text. */
function listOf(metadata: ReadonlyMap<string, string>): Buffer {
  if (metadata.size > SHORT_LIST)
    throw new RangeError(`A Parquet file of ours has no ${metadata.size} texts beside it.`);
  const entries = [...metadata].flatMap((pair) => [
    ...pair.flatMap((text) => [Buffer.from([NEXT_TEXT]), varint(Buffer.byteLength(text)), Buffer.from(text)]),
    Buffer.from([TYPE.stop]),
  ]);
  return Buffer.concat([Buffer.from([(metadata.size << 4) | TYPE.struct]), ...entries]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** Walks over a struct of the compact protocol. */
class CompactReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the value of a field of the struct lies. */
  fieldOf(wanted: number): { start: number; end: number } {
    let found: { start: number; end: number } | undefined;
    this.#fields((id, type) => {
      const start = this.#at;
      this.#skip(type);
      if (id === wanted) found = { start, end: this.#at };
    });
    if (found === undefined) throw new RangeError(`The footer of the Parquet file has no field ${wanted}.`);
    return found;
  }

  /** Calls `pass` at the value of each field of a struct, which it has to pass over. */
  #fields(pass: (id: number, type: number) => void): void {
    for (let id = 0; ; ) {
      const header = this.#byte();
      const type = header & 0x0f;
      if (type === TYPE.stop) return;
      id = header >> 4 === 0 ? this.#zigzag() : id + (header >> 4);
      // A boolean is told by its type alone.
      if (type !== TYPE.true && type !== TYPE.false) pass(id, type);
    }
  }

  #skip(type: number): void {
    if (type === TYPE.byte || type === TYPE.true || type === TYPE.false) this.#at += 1;
    else if (type === TYPE.double) this.#at += 8;
    else if (type === TYPE.binary) {
      const length = this.#varint();
      this.#at += length;
    } else if (type === TYPE.struct) this.#fields((_, inner) => this.#skip(inner));
    else if (type === TYPE.list || type === TYPE.set) this.#skipList();
    else if (type === TYPE.map) throw new RangeError('The footer of a Parquet file has no maps.');
    else this.#varint();
  }

  #skipList(): void {
    const header = this.#byte();
    const size = header >> 4 > SHORT_LIST ? this.#varint() : header >> 4;
    for (let index = 0; index < size; index++) this.#skip(header & 0x0f);
  }

  #byte(): number {
    const byte = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return byte;
  }

  /** Numbers beyond 2^53, which no length or count is, come out inexact: they are only passed over. */
  #varint(): number {
    let [value, scale] = [0, 1];
    for (let byte = 0x80; byte & 0x80; scale *= 128) {
      byte = this.#byte();
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
