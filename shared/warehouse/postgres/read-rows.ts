import pg from 'pg';
import { FrequentTexts } from '../port/frequent-texts.js';
import { NULL_FIELD, type TextRows } from '../port/text-rows.js';
import type { ArrayRow } from '../port/warehouse.js';
import { DataRows } from './data-rows.js';
import { LendingSocket } from './lending-socket.js';

/**
 * Streams the rows of a query as the bytes the server sent, before the driver makes a string of every value. The server
 * waits while rows are worked on. A reader that stops early leaves the connection in the middle of its answer.
 */
export async function* readRows(
  client: pg.ClientBase,
  text: string,
  values: readonly (string | number | null)[],
): AsyncGenerator<TextRows> {
  const query = client.query(new RowsQuery(text, values));
  for (;;) {
    const rows = await query.next();
    if (rows === undefined) return;
    yield rows;
  }
}

type Listener = (bytes: Buffer) => void;

/** What node-postgres calls a Submittable: it stands before the driver on the connection's stream and takes the rows out of it. */
class RowsQuery implements pg.Submittable {
  readonly #text: string;
  readonly #values: (string | null)[];
  readonly #rows = new DataRows((message) => this.#driver?.(message));
  #stream: pg.Connection['stream'] | undefined;
  #driver: Listener | undefined;
  #state: 'reading' | 'ready' | 'taken' | 'ended' = 'reading';
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(text: string, values: readonly (string | number | null)[]) {
    this.#text = text;
    this.#values = values.map((value) => (value === null ? null : String(value)));
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    const [driver, ...others] = stream.listeners('data') as Listener[];
    if (driver === undefined || others.length > 0) throw new Error('The connection has another reader.');
    this.#stream = stream;
    this.#driver = driver;
    stream.removeListener('data', driver).on('data', this.#onData);
    if (stream instanceof LendingSocket) stream.lends = true;
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.bind({ values: this.#values }, true);
    connection.execute(null, true);
    connection.sync();
  }

  /** Copies what it keeps. */
  readonly #onData: Listener = (bytes) => {
    if (!this.#rows.add(bytes) || this.#state === 'ended') return;
    this.#state = 'ready';
    this.#stream?.pause();
    this.#wake();
  };

  /** The next rows; undefined after the last. The ones before are no longer valid then. */
  async next(): Promise<TextRows | undefined> {
    if (this.#state === 'taken') {
      this.#rows.compact();
      this.#state = 'reading';
      this.#stream?.resume();
    }
    if (this.#state === 'reading')
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#failure) throw this.#failure;
    if (this.#state === 'ready') this.#state = 'taken';
    return this.#rows.take();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end();
  }

  handleError(error: Error): void {
    this.#failure = error;
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#stream?.removeListener('data', this.#onData);
    if (this.#stream instanceof LendingSocket) this.#stream.lends = false;
    if (this.#driver) this.#stream?.on('data', this.#driver);
    this.#wake();
  }
}

const asIs = (text: string): string => text;
const asNumber = (text: string): number => Number(text);
const asUtc = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = { 21: asNumber, 23: asNumber, 1114: asUtc };
/** How rows of a query come: numbers, UTC times, all else as text. */
export const rowTypes = {
  getTypeParser: (oid: number) => (oid === 17 ? pg.types.getTypeParser(17) : (PARSERS[oid] ?? asIs)),
};

/** Streams the rows of a query as arrays of texts. A reader that stops early leaves the connection in the middle of its answer. */
export async function* readArrays(
  client: pg.ClientBase,
  text: string,
  values: readonly (string | number | null)[],
): AsyncGenerator<ArrayRow[]> {
  const texts = new FrequentTexts();
  for await (const rows of readRows(client, text, values)) yield arrayRows(rows, texts);
}

function arrayRows({ bytes, count, width, starts, ends }: TextRows, texts: FrequentTexts): ArrayRow[] {
  const all: ArrayRow[] = [];
  for (let row = 0, field = 0; row < count; row++) {
    const values = new Array<string | null>(width);
    for (let column = 0; column < width; column++, field++) {
      const start = starts[field] ?? NULL_FIELD;
      values[column] = start === NULL_FIELD ? null : texts.at(bytes, start, ends[field] ?? start);
    }
    all.push(values);
  }
  return all;
}
