import { chunks } from '../ground/lists.js';
import type { Failure } from './errors.js';
import { PartRefusedError, type ReadOptions } from './queries.js';

/** Why the board does not return an item, by the requested key or id. */
export type Untold = Map<string, Failure>;

/** If so many are refused and none answered, the board as a whole refuses. */
const REFUSED_WITHOUT_ANSWER = 20;

interface ReadPart {
  keys: readonly string[];
  divided: boolean;
}

/**
 * Rule 26: reads what stands under keys or ids, `size` of them in a request. Where refusals are collected in `untold`, a part that
 * is refused is halved until the refused one is alone, and the others are answered. An error about an item concerns that
 * item; an error about the field alone, while nothing is answered, concerns the board and is thrown.
 */
export async function readDivided<Value>(
  keys: readonly string[],
  size: number,
  read: (keys: readonly string[], options: ReadOptions) => Promise<readonly Value[]>,
  untold?: Untold,
): Promise<Value[]> {
  const found: Value[] = [];
  const refused: PartRefusedError[] = [];
  let isAnswered = false;
  const parts: ReadPart[] = [...chunks(keys, size)].map((chunk) => ({ keys: chunk, divided: false }));
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const options = untold === undefined ? {} : { parts: part.keys.length, divided: part.divided };
    try {
      found.push(...(await read(part.keys, options)));
      isAnswered = true;
    } catch (error) {
      if (!(error instanceof PartRefusedError)) throw error;
      const [only, ...others] = part.keys;
      if (others.length > 0) {
        const halves = [...chunks(part.keys, Math.ceil(part.keys.length / 2))];
        parts.unshift(...halves.map((half) => ({ keys: half, divided: true })));
        continue;
      }
      refused.push(error);
      if (only !== undefined) untold?.set(only, error.failure);
      if (!isAnswered && refused.length >= REFUSED_WITHOUT_ANSWER) break;
    }
  }
  const [first] = refused;
  if (first !== undefined && !isAnswered && !refused.some(({ namesItem }) => namesItem)) throw first.cause;
  return found;
}
