import type { Request } from 'mssql';
import { convertersOf, type ResultColumn, streamReaders } from './mssql-values.js';
import type { ArrayRow } from './warehouse.js';

/** Rows handed over at once: few enough that they die young. */
const CHUNK_ROWS = 250;
/** Chunks that wait for their reader before the server is told to wait. */
const MOST_CHUNKS = 4;

/**
 * Rows of one query in chunks, with back-pressure: when the reader is slower than the server, the connection is paused.
 * Leaving the loop early cancels the query, so that the connection can serve the next one.
 */
export async function* streamRows(request: Request, text: string): AsyncGenerator<ArrayRow[]> {
  const rows = new RowQueue(request);
  void request.query(text);
  try {
    for (;;) {
      const chunk = await rows.next();
      if (chunk === undefined) return;
      yield chunk;
    }
  } finally {
    await rows.close();
  }
}

class RowQueue {
  readonly #request: Request;
  readonly #ready: ArrayRow[][] = [];
  #filling: ArrayRow[] = [];
  #converters: ReturnType<typeof convertersOf> = [];
  #failure: unknown;
  #ended = false;
  #paused = false;
  #wake: () => void = () => undefined;

  constructor(request: Request) {
    this.#request = request;
    request.stream = true;
    request.arrayRowMode = true;
    request.on('recordset', (columns: ResultColumn[]) => {
      this.#converters = convertersOf(streamReaders(columns));
    });
    request.on('row', (values: unknown[]) => this.#add(values));
    // There may be several; the first one says what happened.
    request.on('error', (error: unknown) => {
      this.#failure ??= error;
    });
    request.on('done', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next rows; undefined at the end. */
  async next(): Promise<ArrayRow[] | undefined> {
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
    const rest = this.#filling;
    this.#filling = [];
    return rest.length === 0 ? undefined : rest;
  }

  /** Ends the query where it is still running. */
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
    if (this.#filling.push(values as (string | number | null)[]) < CHUNK_ROWS) return;
    this.#ready.push(this.#filling);
    this.#filling = [];
    if (this.#ready.length >= MOST_CHUNKS && !this.#paused) this.#pause(true);
    this.#wake();
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#request.pause();
    else this.#request.resume();
  }
}
