import type { Log } from '../../../shared/ground/errors.js';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { outcomeOfAlias } from '../../../shared/monday/answer.js';
import { serialise } from '../../../shared/monday/client.js';
import type { AccountConnection } from '../../../shared/monday/connect.js';
import { type Failure, wordsOf } from '../../../shared/monday/errors.js';
import { composeMutation, type MutationField } from '../../../shared/monday/operations.js';
import { untilDone } from '../../../shared/monday/until-done.js';

/** The key of one item or subitem: an absolute value, so that sending it again changes nothing. */
export interface KeyWrite {
  boardId: string;
  itemId: string;
  column: string;
  key: string;
}

const WORKERS = 8;
const MAX_ATTEMPTS = 6;

/** Writes keys, again where an answer was not read. Returns the ids that the board refused. */
export async function writeKeys(
  { access, client, pace }: AccountConnection,
  log: Log,
  writes: readonly KeyWrite[],
): Promise<Set<string>> {
  const refused = new Set<string>();
  let open = writes;
  await untilDone(access, async (attempt) => {
    const queue = [...open];
    const again: { write: KeyWrite; failure: Failure }[] = [];
    const worker = async (): Promise<void> => {
      while (queue.length > 0) {
        access.signal?.throwIfAborted();
        const parcel = queue.splice(0, pace.aliasCount('changeValues'));
        const body = serialise(composeMutation(parcel.map(fieldOf)));
        const answer = await pace.schedule({ changeValues: parcel.length }, () => client.send({ body }));
        for (const [index, write] of parcel.entries()) {
          const outcome = outcomeOfAlias(answer, `a${index}`);
          if (outcome.kind === 'done') continue;
          const { failure } = outcome;
          const where = { requestId: answer.requestId };
          const said = `The key of item ${write.itemId} could not be written: ${wordsOf(failure)}.`;
          if (failure.reaction === 'stop')
            throw new FixFirstError('BOARD_WRITE_REFUSED', `${said} Fix that, then run again.`, { where });
          if (failure.reaction === 'park' && failure.advice === undefined) {
            refused.add(write.itemId);
            log.warn(said, where);
          } else again.push({ write, failure });
        }
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    const [first] = again;
    if (first !== undefined && attempt >= MAX_ATTEMPTS)
      throw new TryAgainError(
        'BOARD_WRITE_FAILED',
        `${again.length} keys could not be written in ${MAX_ATTEMPTS} attempts: ${wordsOf(first.failure)}. Run again; what is written stays.`,
      );
    open = again.map(({ write }) => write);
    return open.length === 0 ? { done: undefined } : { again: again.map(({ failure }) => failure) };
  });
  return refused;
}

function fieldOf({ boardId, itemId, column, key }: KeyWrite, index: number): MutationField {
  const variables = { boardId, itemId, columnValues: JSON.stringify({ [column]: key }) };
  return { alias: `a${index}`, operation: 'changeValues', variables };
}
