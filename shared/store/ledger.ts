import { TryAgainError } from '../ground/errors.js';
import { type Entry, UNKNOWN_ENTRY } from '../ledger/entry.js';
import { loadStatement, quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable, Rows } from '../warehouse/port/warehouse.js';
import { ENTRY_COLUMNS, type LedgerPlace, ledgerRowOf, readLedgerRow } from './ledger-rows.js';

export interface LedgerChange {
  place: LedgerPlace;
  entry: Entry;
  /** The entry as the ledger has it, `UNKNOWN_ENTRY` when it has none: it is written only over that one's attempt. */
  stored: Entry;
}

/** An entry that may be on the board twice. */
export interface Suspect {
  place: LedgerPlace;
  entry: Entry;
  /** The line is deleted: no later push takes on what the board shows of it. */
  gone: boolean;
}

/** Keeps one answer to some megabytes. */
const KEYS_A_QUERY = 1_000;

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

  /** Entries of the items and sizes of these lines. */
  async ofLines(queryable: Queryable, lineKeys: readonly string[]): Promise<{ place: LedgerPlace; entry: Entry }[]> {
    const statement = loadStatement('ledger/select-entries').with({ columns });
    const found: { place: LedgerPlace; entry: Entry }[] = [];
    for (let start = 0; start < lineKeys.length; start += KEYS_A_QUERY) {
      const rows = lineKeys.slice(start, start + KEYS_A_QUERY).map((key) => ({ ledger_key: key }));
      found.push(...(await queryable.query(statement, { board_id: this.#boardId, rows })).map(readLedgerRow));
    }
    return found;
  }

  /** Every item and size of the board, with its line's customer; null where the snapshot does not know the line. */
  async all(queryable: Queryable): Promise<{ place: LedgerPlace; entry: Entry; customer: string | null }[]> {
    const statement = loadStatement('ledger/select-board-entries').with({ columns });
    const rows = await queryable.query(statement, { board_id: this.#boardId });
    return rows.map((row) => ({
      ...readLedgerRow(row),
      customer: typeof row['customer'] === 'string' ? row['customer'] : null,
    }));
  }

  /** Those of these ids that are an item's or a size's of ours, whatever key the board shows there. */
  async knownIds(queryable: Queryable, ids: readonly string[]): Promise<Set<string>> {
    const rows = ids.map((monday_id) => ({ monday_id }));
    const found = await queryable.query(loadStatement('ledger/select-known-ids'), { board_id: this.#boardId, rows });
    return new Set(found.map((row) => String(row['monday_id'])));
  }

  /** Entries of the board's groups by title. */
  async groups(queryable: Queryable): Promise<Map<string, Entry>> {
    const statement = loadStatement('ledger/select-groups').with({ columns });
    const rows = await queryable.query(statement, { board_id: this.#boardId });
    return new Map(rows.map(readLedgerRow).map(({ place, entry }) => [place.key, entry]));
  }

  /** Every item, size and group of which a copy may be on the board, and of which nothing is under way. */
  async suspects(queryable: Queryable): Promise<Suspect[]> {
    const statement = loadStatement('ledger/select-suspects').with({ columns });
    const rows = await queryable.query(statement, { board_id: this.#boardId });
    return rows.map((row) => ({ ...readLedgerRow(row), gone: row['gone'] === 1 }));
  }

  /**
   * Writes the mark and the latest unread time of suspects, and nothing else of them. Returns how many: those that
   * somebody has sent or marked anew since they were read stay as they are.
   */
  async writeSuspects(
    queryable: Queryable,
    suspects: readonly { place: LedgerPlace; entry: Entry; stored: Entry }[],
    now: Date,
  ): Promise<number> {
    if (suspects.length === 0) return 0;
    const rows = suspects.map(({ place: { kind, key, size }, entry, stored }) => ({
      kind,
      ledger_key: key,
      size,
      monday_id: stored.id,
      last_sent_at: stored.sentAt,
      known_until: stored.suspicion?.until ?? null,
      suspect_since: entry.suspicion?.since ?? null,
      suspect_until: entry.suspicion?.until ?? null,
      unread_at: entry.unreadAt,
    }));
    return queryable.execute(loadStatement('ledger/update-suspects'), { board_id: this.#boardId, now, rows });
  }

  /**
   * Writes entries in the caller's transaction, all or none.
   * @throws TryAgainError when one of them has been begun by another process meanwhile.
   */
  async write(
    transaction: Queryable,
    changes: readonly LedgerChange[],
    { batchId, now }: { batchId: string | null; now: Date },
  ): Promise<void> {
    const known = changes.filter(({ stored }) => stored !== UNKNOWN_ENTRY);
    const fresh = changes.filter(({ stored }) => stored === UNKNOWN_ENTRY);
    const write = async (statement: string, part: readonly LedgerChange[]): Promise<number> => {
      if (part.length === 0) return 0;
      const rows: Rows = part.map(({ place, entry, stored }) => ledgerRowOf(place, entry, stored.attempt));
      const parameters = { board_id: this.#boardId, batch_id: batchId, now, rows };
      return transaction.execute(loadStatement(statement).with(writing), parameters);
    };
    const written = (await write('ledger/update-entries', known)) + (await write('ledger/insert-entries', fresh));
    if (written === changes.length) return;
    throw new TryAgainError(
      'Another process has sent one of these lines meanwhile, so this answer is not recorded. Run push again.',
      { where: { batchId: batchId ?? undefined } },
    );
  }

  /** Stores a request, to the byte, before it leaves. */
  async storeRequest(transaction: Queryable, request: StoredRequest): Promise<void> {
    const { requestId, idempotencyKey, operation, body, batchId, generation, now } = request;
    await transaction.execute(loadStatement('requests/insert-request'), {
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
    await queryable.execute(loadStatement('requests/delete-settled-requests'), { board_id: this.#boardId });
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
