import { TryAgainError } from '../errors.js';
import { loadStatement, quoteColumns, quoteIdentifier } from '../warehouse/statements.js';
import type { Queryable, Rows } from '../warehouse/warehouse.js';
import type { Entry } from './entry.js';
import { ENTRY_COLUMNS, type LedgerPlace, ledgerRowOf, readLedgerRow } from './ledger-rows.js';

export interface LedgerChange {
  place: LedgerPlace;
  entry: Entry;
  /** The attempt that the stored entry must still have; null when none may be under way. */
  expectedAttempt: string | null;
}

const columns = quoteColumns(ENTRY_COLUMNS, 'l');
const writing = {
  assignments: ENTRY_COLUMNS.map((name) => `${quoteIdentifier(name)} = r.${quoteIdentifier(name)}`).join(', '),
  targets: quoteColumns(ENTRY_COLUMNS),
  sources: quoteColumns(ENTRY_COLUMNS, 'r'),
};

/** The ledger of one board: MON_Ledger and MON_Request. */
export class Ledger {
  readonly #boardId: string;

  constructor(boardId: string) {
    this.#boardId = boardId;
  }

  /** Entries of the items and sizes that a batch has staged. */
  async ofBatch(queryable: Queryable, batchId: string): Promise<{ place: LedgerPlace; entry: Entry }[]> {
    const statement = loadStatement('ledger/select-entries').with({ columns });
    const rows = await queryable.query(statement, { board_id: this.#boardId, batch_id: batchId });
    return rows.map(readLedgerRow);
  }

  /** Entries of the board's groups by title. */
  async groups(queryable: Queryable): Promise<Map<string, Entry>> {
    const statement = loadStatement('ledger/select-groups').with({ columns });
    const rows = await queryable.query(statement, { board_id: this.#boardId });
    return new Map(rows.map(readLedgerRow).map(({ place, entry }) => [place.key, entry]));
  }

  /**
   * Writes entries in the caller's transaction, all or none.
   * @throws TryAgainError when one of them has been begun by another process meanwhile.
   */
  async write(
    transaction: Queryable,
    changes: readonly LedgerChange[],
    { batchId, now }: { batchId: string; now: Date },
  ): Promise<void> {
    if (changes.length === 0) return;
    const rows: Rows = changes.map(({ place, entry, expectedAttempt }) => ledgerRowOf(place, entry, expectedAttempt));
    const parameters = { board_id: this.#boardId, batch_id: batchId, now, rows };
    let written = await transaction.execute(loadStatement('ledger/update-entries').with(writing), parameters);
    if (written < rows.length && changes.some(({ expectedAttempt }) => expectedAttempt === null))
      written += await transaction.execute(loadStatement('ledger/insert-entries').with(writing), parameters);
    if (written === rows.length) return;
    throw new TryAgainError(
      'Another process has sent one of these lines meanwhile, so this answer is not recorded. Run push again.',
      { where: { batchId } },
    );
  }

  /** Stores a request, to the byte, before it leaves. */
  async storeRequest(transaction: Queryable, request: StoredRequest): Promise<void> {
    const { requestId, idempotencyKey, operation, body, batchId, generation, now } = request;
    await transaction.execute(loadStatement('ledger/insert-request'), {
      request_id: requestId,
      board_id: this.#boardId,
      idempotency_key: idempotencyKey,
      operation,
      body,
      batch_id: batchId,
      generation,
      now,
    });
  }

  /** Sends that a process began and did not see through count as unread from now on. Call it under the push lock. */
  async abandonAttempts(queryable: Queryable, now: Date): Promise<number> {
    return queryable.execute(loadStatement('ledger/abandon-attempts'), { board_id: this.#boardId, now });
  }

  /** Forgets requests in which nothing is unresolved any more. */
  async forgetRequests(queryable: Queryable): Promise<void> {
    await queryable.execute(loadStatement('ledger/delete-settled-requests'), { board_id: this.#boardId });
  }
}

export interface StoredRequest {
  requestId: string;
  idempotencyKey: string;
  operation: string;
  body: string;
  batchId: string;
  generation: number;
  now: Date;
}
