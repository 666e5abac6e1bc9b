import type { Request } from 'mssql';
import { type TextRows, WrittenRows } from '../port/text-rows.js';
import type { ArrayRow } from '../port/warehouse.js';
import { takeDriverRows } from './driver.js';
import { convertersOf, type ResultColumn, streamReaders } from './values.js';

/** Rows per chunk: few enough to be collected as young garbage. */
const CHUNK_ROWS = 250;
/** Chunks that may wait for the reader before the server is paused. */
const MOST_CHUNKS = 4;

/** Collects rows into chunks. */
interface Gathering<T> {
  /** Adds a row, and returns how many there are. */
  add(row: ArrayRow): number;
  /** The collected rows; undefined if there are none. */
  take(): T | undefined;
  /** The reader has finished with these. */
  giveBack(rows: T): void;
}

/**
 * Rows of one query in chunks, with back-pressure: when the reader is slower than the server, the connection is paused.
 * Leaving the loop early cancels the query, so that the connection can serve the next one.
 */
export function streamRows(request: Request, text: string): AsyncGenerator<ArrayRow[]> {
  return stream(request, text, new ArrayRows());
}

/** The same as bytes: no array of values outlives its row. */
export function streamText(request: Request, text: string): AsyncGenerator<TextRows> {
  return stream(request, text, new Texts());
}

async function* stream<T>(request: Request, text: string, gathering: Gathering<T>): AsyncGenerator<T> {
  const rows = new RowQueue(request, gathering);
  void request.query(text);
  try {
    for (;;) {
      const chunk = await rows.next();
      if (chunk === undefined) return;
      yield chunk;
      gathering.giveBack(chunk);
    }
  } finally {
    await rows.close();
  }
}

class ArrayRows implements Gathering<ArrayRow[]> {
  #rows: ArrayRow[] = [];

  add(row: ArrayRow): number {
    return this.#rows.push(row);
  }

  take(): ArrayRow[] | undefined {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length === 0 ? undefined : rows;
  }

  giveBack(): void {}
}

class Texts implements Gathering<WrittenRows> {
  readonly #free: WrittenRows[] = [];
  #rows = new WrittenRows();

  add(row: ArrayRow): number {
    this.#rows.add(row);
    return this.#rows.count;
  }

  take(): WrittenRows | undefined {
    const rows = this.#rows;
    if (rows.count === 0) return undefined;
    this.#rows = this.#free.pop() ?? new WrittenRows();
    return rows;
  }

  giveBack(rows: WrittenRows): void {
    rows.clear();
    this.#free.push(rows);
  }
}

class RowQueue<T> {
  readonly #request: Request;
  readonly #gathering: Gathering<T>;
  readonly #ready: T[] = [];
  #converters: ReturnType<typeof convertersOf> = [];
  #failure: unknown;
  #ended = false;
  #paused = false;
  #wake: () => void = () => undefined;

  constructor(request: Request, gathering: Gathering<T>) {
    this.#request = request;
    this.#gathering = gathering;
    request.stream = true;
    request.arrayRowMode = true;
    request.on('recordset', (columns: ResultColumn[]) => {
      this.#converters = convertersOf(streamReaders(columns));
      takeDriverRows(request, (values) => this.#add(values));
    });
    // There may be several; the first one is the cause.
    request.on('error', (error: unknown) => {
      this.#failure ??= error;
    });
    request.on('done', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next rows; undefined at the end. */
  async next(): Promise<T | undefined> {
    while (this.#ready.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const chunk = this.#ready.shift();
    if (chunk !== undefined) {
      if (this.#paused && this.#ready.length === 0) this.#pause(false);
      return chunk;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#gathering.take();
  }

  /** Ends the query if it is still running. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#pause(false);
    this.#request.cancel();
    while (!this.#ended)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  #add(values: unknown[]): void {
    try {
      for (const { index, read } of this.#converters) values[index] = read(values[index]);
    } catch (error) {
      this.#failure ??= error;
      this.#request.cancel();
      return;
    }
    if (this.#gathering.add(values as (string | number | null)[]) < CHUNK_ROWS) return;
    const rows = this.#gathering.take();
    if (rows !== undefined) this.#ready.push(rows);
    if (this.#ready.length >= MOST_CHUNKS && !this.#paused) this.#pause(true);
    this.#wake();
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#request.pause();
    else this.#request.resume();
  }
}
