import { createHash } from 'node:crypto';
import { newUuid } from '../../../shared/ground/ids.js';
import type { Entry } from '../../../shared/ledger/entry.js';
import { begin } from '../../../shared/ledger/transitions.js';
import { serialise } from '../../../shared/monday/client.js';
import { composeMutation } from '../../../shared/monday/operations.js';
import { assertOwner } from '../../../shared/store/batches.js';
import { placeKey } from '../../../shared/store/ledger-rows.js';
import { storeRequest } from '../../../shared/store/requests.js';
import type { Sending } from '../model/unit.js';
import { advance } from '../model/unit-states.js';
import { withdrawLines, writeRows } from '../write/staged-rows.js';
import { lastChange } from './last-change.js';
import { mutationFor } from './mutations.js';
import type { Parcel } from './parcels.js';
import type { SendSession } from './session.js';

/** A request whose ledger entries are written: it may leave. */
export interface BegunRequest {
  body: string;
  idempotencyKey: string;
  at: Date;
  /** The board that its values were made for, see `BoardWatch`. */
  boardVersion: number;
  parts: readonly BegunPart[];
}

export interface BegunPart extends Sending {
  alias: string;
  /** The unit's entry as it stands in the ledger while the answer is awaited. */
  begun: Entry;
}

/** Rules 16 and 19: in one transaction the exact body, every entry, the rows and their snapshot, before anything leaves. */
export async function beginRequest(session: SendSession, { operation, sendings }: Parcel): Promise<BegunRequest> {
  const { batch, board, ledger, clock, warehouse } = session;
  const at = clock.now();
  const [attempt, requestId] = [newUuid(), newUuid()];
  const parts = sendings.map(({ unit, send }, index): BegunPart => {
    const alias = `a${index}`;
    const parentId = unit.item?.entry.id ?? null;
    return { unit, send, alias, begun: begin(unit.entry, send, { attempt, requestId, alias, parentId, now: at }) };
  });
  const boardVersion = session.watch.version;
  const fields = parts.map((part) => mutationFor(board, part, part.alias, lastChange(session, part)));
  const body = serialise(composeMutation(fields));
  const idempotencyKey = keyOf(board.boardId, operation, parts, body);
  await warehouse.transaction(async (transaction) => {
    const generation = Math.max(...parts.map(({ begun }) => begun.generation));
    const { batchId } = batch;
    const request = { requestId, idempotencyKey, operation, body, batchId, generation };
    await storeRequest(transaction, board.boardId, request, at);
    const changes = parts.map(({ unit, begun }) => ({ place: unit.place, entry: begun, stored: unit.stored }));
    await ledger.write(transaction, changes, { batchId, now: at });
    await withdrawLines(session, transaction, parts, at);
    await writeRows(
      transaction,
      batchId,
      parts.map(({ unit, begun }) => ({ unit, id: begun.id, status: 'SENDING' })),
      at,
    );
    // Last, because it holds the batch's row until the commit, and requests are begun several at a time.
    await assertOwner(transaction, batchId, session.ownerToken, ['STAGED', 'PUSHED']);
  });
  for (const { unit, begun } of parts) {
    advance(unit, { kind: 'begun', entry: begun });
    session.withdrawn.add(unit.place.key);
  }
  return { body, idempotencyKey, at, boardVersion, parts };
}

/** Only a body that was never answered is sent again under its key: each answer read begins a new generation. */
function keyOf(boardId: string, operation: string, parts: readonly BegunPart[], body: string): string {
  const keys = parts.map(({ unit, begun }) => `${placeKey(unit.place)}#${begun.generation}`);
  return createHash('sha256')
    .update([boardId, operation, ...keys, body].join('\n'))
    .digest('hex');
}
