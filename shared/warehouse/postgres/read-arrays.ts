import type pg from 'pg';
import Cursor from 'pg-cursor';
import type { ArrayRow } from '../port/warehouse.js';
import { textTypes } from './types.js';

/** Rows a cursor fetches at once: few enough that they die young; with 1,000 wide rows a scan takes a fifth longer and 50 MB more. */
const FETCH_ROWS = 250;

/** Streams the rows of a query as arrays. A reader that stops early leaves the connection in the middle of its answer. */
export async function* readArrays(
  client: pg.ClientBase,
  text: string,
  values: readonly (string | number | null)[],
): AsyncGenerator<ArrayRow[]> {
  const cursor = client.query(new Cursor<ArrayRow>(text, [...values], { rowMode: 'array', types: textTypes }));
  let lose: (error: Error) => void = () => undefined;
  // A cursor whose connection ends after its last row forgets whoever waits for it.
  const onEnd = (): void => lose(new Error('Connection terminated unexpectedly'));
  client.once('end', onEnd);
  const read = (): Promise<ArrayRow[]> =>
    new Promise((resolve, reject) => {
      lose = reject;
      cursor.read(FETCH_ROWS).then(resolve, reject);
    });
  try {
    let coming = read();
    for (;;) {
      const rows = await coming;
      if (rows.length === 0) return;
      // The server prepares the next rows while these are worked on.
      coming = read();
      coming.catch(() => undefined);
      yield rows;
    }
  } finally {
    client.removeListener('end', onEnd);
  }
}
