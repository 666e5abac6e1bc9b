import { createReadStream } from 'node:fs';
import { FixFirstError } from '../../shared/ground/errors.js';
import { fileError } from '../../shared/ground/files.js';

/** One record of a CSV file. An empty field is null, a quoted empty one an empty text. */
export interface CsvRecord {
  /** The line of the file it begins on, counted from 1. */
  line: number;
  fields: (string | null)[];
}

/**
 * Streams the records of a CSV file as RFC 4180 has them, and as Excel and Google Sheets write and read them: in UTF-8
 * or, with a byte order mark, UTF-16; parted by commas, semicolons or tabs, whichever the first record has most of, or
 * what a first line `sep=;` says; lines that end in LF, CR LF or CR; `="001"` is the text 001.
 */
export async function* readCsv(path: string): AsyncGenerator<CsvRecord> {
  let parser: CsvParser | undefined;
  let beginning = '';
  for await (const text of decoded(path)) {
    if (parser !== undefined) {
      yield* parser.push(text);
      continue;
    }
    beginning += text;
    if (firstRecord(beginning) === undefined) continue;
    parser = new CsvParser(path, beginning);
    yield* parser.push(beginning);
  }
  if (parser === undefined) {
    parser = new CsvParser(path, beginning);
    yield* parser.push(beginning);
  }
  yield* parser.end();
}

/** The text of the first record; undefined while its end has not been seen. */
function firstRecord(text: string): string | undefined {
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) quoted = !quoted;
    else if (!quoted && (char === LF || char === CR)) return text.slice(0, index);
  }
  return undefined;
}

async function* decoded(path: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const bytes of openFile(path)) {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    yield decode(decoder, path, bytes);
  }
  if (decoder !== undefined) yield decode(decoder, path);
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

async function* openFile(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw fileError(`The file ${path} cannot be read`, cause, { advice: 'Name another file with --orders.' });
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, path: string, bytes?: Buffer): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (cause) {
    throw new FixFirstError(
      'ORDERS_FILE_INVALID',
      `The file ${path} is not in UTF-8. Save it as "CSV UTF-8" and try again.`,
      { cause },
    );
  }
}

type ParserState = 'start' | 'plain' | 'quoted' | 'closed';

/** Takes the text in pieces of any length; a field, a pair of quotes or a line end may lie across two. */
class CsvParser {
  readonly #path: string;
  readonly #separator: number;
  #state: ParserState = 'start';
  #field = '';
  #fields: (string | null)[] = [];
  #line = 1;
  #recordLine = 1;
  #quoteLine = 1;
  /** The last character was a carriage return: a line feed after it ends nothing more. */
  #afterReturn = false;
  /** The first line says which sign parts the fields, and is no record. */
  #directive: boolean;

  constructor(path: string, beginning: string) {
    this.#path = path;
    const first = firstRecord(beginning) ?? beginning;
    const [, said] = /^"?sep=(.)"?$/i.exec(first.trimEnd()) ?? [];
    this.#directive = said !== undefined;
    this.#separator = (said ?? mostFrequent(first)).charCodeAt(0);
  }

  *push(text: string): Generator<CsvRecord> {
    let begin = 0;
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charCodeAt(index);
      const secondOfTwo = char === LF && this.#afterReturn;
      this.#afterReturn = char === CR;
      const lineEnd = char === LF || char === CR;
      if (lineEnd && !secondOfTwo) this.#line += 1;
      if (this.#state === 'quoted') {
        if (char !== QUOTE) continue;
        this.#field += text.slice(begin, index);
        this.#state = 'closed';
      } else if (secondOfTwo) {
        this.#recordLine = this.#line;
        begin = index + 1;
      } else if (char === this.#separator || lineEnd) {
        this.#endField(this.#state === 'closed' ? '' : text.slice(begin, index));
        begin = index + 1;
        if (lineEnd) yield* this.#endRecord();
      } else if (this.#state === 'closed') {
        // A second quote stands for a quote in the text, and the field goes on.
        if (char !== QUOTE) throw this.#error(this.#line, 'there is text after the closing quote of a field');
        this.#state = 'quoted';
        begin = index;
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
    this.#endField('');
    yield* this.#endRecord();
  }

  #endField(rest: string): void {
    const text = this.#state === 'closed' ? this.#field : this.#field + rest;
    this.#fields.push(text === '' && this.#state !== 'closed' ? null : withoutFormula(text));
    this.#field = '';
    this.#state = 'start';
  }

  *#endRecord(): Generator<CsvRecord> {
    const [fields, line] = [this.#fields, this.#recordLine];
    this.#fields = [];
    this.#recordLine = this.#line;
    if (this.#directive) this.#directive = false;
    else if (fields.length > 1 || fields[0] !== null) yield { line, fields };
  }

  #error(line: number, what: string): FixFirstError {
    return new FixFirstError('ORDERS_FILE_INVALID', `${this.#path}, line ${line}: ${what}.`);
  }
}

/** The sign that parts the fields of the first record: the names of columns hold few of any. */
function mostFrequent(first: string): string {
  const bare = first.replace(/"[^"]*"/g, '');
  const counted = [',', ';', '\t'].map((sign) => ({ sign, times: bare.split(sign).length - 1 }));
  return counted.reduce((best, each) => (each.times > best.times ? each : best)).sign;
}

/** Spreadsheets are made to keep leading zeros by a formula that gives a text. */
function withoutFormula(text: string): string {
  const inner = text.startsWith('="') && text.endsWith('"') && text.length > 2 ? text.slice(2, -1) : undefined;
  return inner === undefined || inner.replaceAll('""', '').includes('"') ? text : inner.replaceAll('""', '"');
}

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
