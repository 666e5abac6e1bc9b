import { createReadStream } from 'node:fs';
import { FixFirstError, messageOf } from '../../shared/errors.js';

/** One record of a CSV file. An empty field is null, a quoted empty one an empty text. */
export interface CsvRecord {
  /** The line of the file it begins on, counted from 1. */
  line: number;
  fields: (string | null)[];
}

/** Streams the records of a CSV file as RFC 4180 has them, in UTF-8 with or without a byte order mark. */
export async function* readCsv(path: string): AsyncGenerator<CsvRecord> {
  const parser = new CsvParser(path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const bytes of openFile(path)) yield* parser.push(decode(decoder, path, bytes));
  decode(decoder, path);
  yield* parser.end();
}

async function* openFile(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw new FixFirstError(`The file ${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, path: string, bytes?: Buffer): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new FixFirstError(`The file ${path} is not in UTF-8. Save it as "CSV UTF-8" and try again.`, { cause });
  }
}

type State = 'start' | 'plain' | 'quoted' | 'closed';

/** Takes the text in pieces of any length; a field or a pair of quotes may lie across two. */
class CsvParser {
  readonly #path: string;
  #state: State = 'start';
  #field = '';
  #fields: (string | null)[] = [];
  #line = 1;
  #recordLine = 1;
  #quoteLine = 1;

  constructor(path: string) {
    this.#path = path;
  }

  *push(text: string): Generator<CsvRecord> {
    let begin = 0;
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charCodeAt(index);
      if (char === LF) this.#line += 1;
      if (this.#state === 'quoted') {
        if (char !== QUOTE) continue;
        this.#field += text.slice(begin, index);
        this.#state = 'closed';
      } else if (char === COMMA || char === LF) {
        this.#endField(this.#state === 'closed' ? '' : text.slice(begin, index), char === LF);
        begin = index + 1;
        if (char === LF) yield* this.#endRecord();
      } else if (this.#state === 'closed') {
        begin = this.#afterQuote(char, index);
      } else if (this.#state === 'start' && char === QUOTE) {
        this.#state = 'quoted';
        this.#quoteLine = this.#line;
        begin = index + 1;
      } else this.#state = 'plain';
    }
    if (this.#state === 'plain' || this.#state === 'quoted') this.#field += text.slice(begin);
  }

  *end(): Generator<CsvRecord> {
    if (this.#state === 'quoted') throw this.#error(this.#quoteLine, 'the field that begins with a quote never ends');
    if (this.#state === 'start' && this.#fields.length === 0) return;
    this.#endField('', true);
    yield* this.#endRecord();
  }

  /** A second quote stands for a quote in the text, and the field goes on. */
  #afterQuote(char: number, index: number): number {
    if (char === QUOTE) {
      this.#state = 'quoted';
      return index;
    }
    if (char !== CR) throw this.#error(this.#line, 'there is text after the closing quote of a field');
    return index + 1;
  }

  #endField(rest: string, atLineEnd: boolean): void {
    if (this.#state === 'closed') this.#fields.push(this.#field);
    else {
      const text = this.#field + rest;
      const trimmed = atLineEnd && text.endsWith('\r') ? text.slice(0, -1) : text;
      this.#fields.push(trimmed === '' ? null : trimmed);
    }
    this.#field = '';
    this.#state = 'start';
  }

  *#endRecord(): Generator<CsvRecord> {
    const [fields, line] = [this.#fields, this.#recordLine];
    this.#fields = [];
    this.#recordLine = this.#line;
    if (fields.length > 1 || fields[0] !== null) yield { line, fields };
  }

  #error(line: number, what: string): FixFirstError {
    return new FixFirstError(`${this.#path}, line ${line}: ${what}.`);
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
