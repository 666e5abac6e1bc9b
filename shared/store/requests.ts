import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';

// MON_Request: the exact body and idempotency key of a request in flight.

const blocks = blocksOf('requests');

export interface StoredRequest {
  requestId: string;
  idempotencyKey: string;
  operation: string;
  body: string;
  batchId: string;
  generation: number;
}

const insert = blocks.touches('insert-request', {
  request_id: 'uuid',
  board_id: 'bigint',
  idempotency_key: 'text',
  operation: 'text',
  body: 'text',
  batch_id: 'uuid',
  generation: 'int',
  now: 'datetime',
});

/** Rule 19: stores a request, to the byte, before it leaves. */
export async function storeRequest(
  transaction: Queryable,
  boardId: string,
  { requestId, idempotencyKey, operation, body, batchId, generation }: StoredRequest,
  now: Date,
): Promise<void> {
  await insert(transaction, {
    request_id: requestId,
    board_id: boardId,
    idempotency_key: idempotencyKey,
    operation,
    body,
    batch_id: batchId,
    generation,
    now,
  });
}

const deleteSettled = blocks.touches('delete-settled-requests', { board_id: 'bigint' });

/** Deletes the requests of a board in which nothing is unresolved. */
export async function forgetRequests(queryable: Queryable, boardId: string): Promise<void> {
  await deleteSettled(queryable, { board_id: boardId });
}
