import { z } from 'zod';
import { TryAgainError } from '../ground/errors.js';
import { chunks } from '../ground/lists.js';
import { type Entry, UNKNOWN_ENTRY } from '../ledger/entry.js';
import { takeOver } from '../ledger/transitions.js';
import { quoteColumns, quoteIdentifier } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { ENTRY_COLUMNS, entryOf, type LedgerPlace, ledgerRow, ledgerRowOf, WRITTEN_ENTRY } from './ledger-rows.js';
import { rowOf } from './rows.js';
import { LEDGER } from './schema/board-tables.js';

export interface LedgerChange {
  place: LedgerPlace;
  entry: Entry;
  /** The stored entry, `UNKNOWN_ENTRY` if there is none: it is overwritten only if its attempt is unchanged. */
  stored: Entry;
}

/** An entry that may be on the board twice. */
export interface Suspect {
  place: LedgerPlace;
  entry: Entry;
  /** The line is deleted: no later push adopts what the board shows of it. */
  gone: boolean;
}

/** Keeps one answer to some megabytes. */
const KEYS_A_QUERY = 1_000;

const blocks = blocksOf('ledger');
const columns = { columns: quoteColumns(ENTRY_COLUMNS, 'l') };
const writing = {
  assignments: ENTRY_COLUMNS.map((name) => `${quoteIdentifier(name)} = r.${quoteIdentifier(name)}`).join(', '),
  targets: quoteColumns(ENTRY_COLUMNS),
  sources: quoteColumns(ENTRY_COLUMNS, 'r'),
};

const selectEntries = blocks.rows(
  'select-entries',
  { board_id: 'bigint', rows: { ledger_key: 'text' } },
  ledgerRow.transform(entryOf),
  ['columns'],
);
const selectBoardEntries = blocks.rows(
  'select-board-entries',
  { board_id: 'bigint' },
  ledgerRow
    .extend({ customer: z.string().nullable() })
    .transform(({ customer, ...row }) => ({ ...entryOf(row), customer })),
  ['columns'],
);
const selectBegunEntries = blocks.rows('select-begun-entries', { board_id: 'bigint' }, ledgerRow.transform(entryOf), [
  'columns',
]);
const selectGroups = blocks.rows('select-groups', { board_id: 'bigint' }, ledgerRow.transform(entryOf), ['columns']);
const selectSuspects = blocks.rows(
  'select-suspects',
  { board_id: 'bigint' },
  ledgerRow
    .extend({ gone: z.number() })
    .transform(({ gone, ...row }): Suspect => ({ ...entryOf(row), gone: gone === 1 })),
  ['columns'],
);
const selectKnownIds = blocks.rows(
  'select-known-ids',
  { board_id: 'bigint', rows: { monday_id: 'text' } },
  z.object({ monday_id: z.string() }).transform((row) => row.monday_id),
);
const countEntries = blocks.rows(
  'count-entries',
  { board_id: 'bigint', customer: 'text' },
  z.object({ entries: z.coerce.number() }).transform((row) => row.entries),
);
const WRITE = { board_id: 'bigint', batch_id: 'uuid?', now: 'datetime', rows: WRITTEN_ENTRY } as const;
const updateEntries = blocks.touches('update-entries', WRITE, ['assignments']);
const insertEntries = blocks.touches('insert-entries', WRITE, ['targets', 'sources']);
const updateSuspects = blocks.touches('update-suspects', {
  board_id: 'bigint',
  now: 'datetime',
  rows: {
    kind: 'text',
    ledger_key: 'text',
    size: 'text',
    monday_id: 'text?',
    last_sent_at: 'datetime?',
    known_until: 'datetime?',
    suspect_since: 'datetime?',
    suspect_until: 'datetime?',
    unread_at: 'datetime?',
  },
});

const selectUnderWay = blocks.rows(
  'select-under-way',
  { board_id: 'bigint' },
  z.object({ latest: z.date().nullable() }).transform((row) => row.latest),
);

/** Rule 20: when one of the sends to the board that are not settled was last written: another time as a push goes on. */
export async function latestUnderWay(queryable: Queryable, boardId: string): Promise<Date | null> {
  const [latest] = await selectUnderWay(queryable, { board_id: boardId });
  return latest ?? null;
}

/** The ledger of one board: our items there, and what is in flight. */
export class Ledger {
  readonly #boardId: string;

  constructor(boardId: string) {
    this.#boardId = boardId;
  }

  /** Entries of the items and sizes of these lines. */
  async ofLines(queryable: Queryable, lineKeys: readonly string[]): Promise<{ place: LedgerPlace; entry: Entry }[]> {
    const found: { place: LedgerPlace; entry: Entry }[] = [];
    for (const keys of chunks(lineKeys, KEYS_A_QUERY)) {
      const rows = keys.map((key) => ({ ledger_key: key }));
      found.push(...(await selectEntries(queryable, { board_id: this.#boardId, rows }, columns)));
    }
    return found;
  }

  /** Every item and size of the board, with its line's customer; null where the snapshot does not know the line. */
  all(queryable: Queryable): Promise<{ place: LedgerPlace; entry: Entry; customer: string | null }[]> {
    return selectBoardEntries(queryable, { board_id: this.#boardId }, columns);
  }

  /** The ids among these that belong to an item or a size of ours, whatever key the board shows there. */
  async knownIds(queryable: Queryable, ids: readonly string[]): Promise<Set<string>> {
    const rows = ids.map((id) => ({ monday_id: id }));
    return new Set(await selectKnownIds(queryable, { board_id: this.#boardId, rows }));
  }

  /** How many lines of a customer were ever pushed to the board; adopted ones that were not pushed yet do not count. */
  async pushedLines(queryable: Queryable, customer: string): Promise<number> {
    const [lines] = await countEntries(queryable, { board_id: this.#boardId, customer });
    return lines ?? 0;
  }

  /** Entries of the board's groups by title. */
  async groups(queryable: Queryable): Promise<Map<string, Entry>> {
    const entries = await selectGroups(queryable, { board_id: this.#boardId }, columns);
    return new Map(entries.map(({ place, entry }) => [place.key, entry]));
  }

  /** Every item, size and group that may have a copy on the board and has nothing in flight. */
  suspects(queryable: Queryable): Promise<Suspect[]> {
    return selectSuspects(queryable, { board_id: this.#boardId }, columns);
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
    return updateSuspects(queryable, { board_id: this.#boardId, now, rows });
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
    const given = (part: readonly LedgerChange[]) => ({
      board_id: this.#boardId,
      batch_id: batchId,
      now,
      rows: part.map(({ place, entry, stored }) => ledgerRowOf(place, entry, stored.attempt)),
    });
    let written = 0;
    if (known.length > 0) written += await updateEntries(transaction, given(known), writing);
    if (fresh.length > 0) written += await insertEntries(transaction, given(fresh), writing);
    if (written === changes.length) return;
    throw new TryAgainError(
      'BATCH_TAKEN_OVER',
      'Another process has sent one of these lines meanwhile, so this answer is not recorded. Run push again.',
      { where: { batchId: batchId ?? undefined } },
    );
  }

  /** Rule 14: sends that a process began and did not finish count as unread from now on. Call it under the push lock. */
  async takeOver(transaction: Queryable, now: Date): Promise<void> {
    const begun = await selectBegunEntries(transaction, { board_id: this.#boardId }, columns);
    const changes = begun.map(({ place, entry }) => ({ place, entry: takeOver(entry, now), stored: entry }));
    await this.write(transaction, changes, { batchId: null, now });
  }
}

const selectLineItems = blocks.rows(
  'select-line-items',
  { line_keys: 'text[]' },
  rowOf(LEDGER, [
    'board_id',
    'kind',
    'ledger_key',
    'size',
    'monday_id',
    'archived_at',
    'operation',
    'last_sent_at',
    'tries',
    'batch_id',
  ]).transform((row) => ({
    lineKey: row.ledger_key,
    /** Empty for the item. */
    size: row.size,
    boardId: row.board_id,
    itemId: row.monday_id,
    archived: row.archived_at !== null,
    /** What was sent and is not answered yet. */
    unresolved: row.operation,
    sentAt: row.last_sent_at,
    tries: row.tries,
    batchId: row.batch_id,
  })),
);
/** The entry of a line's item, or of one of its sizes. */
export type LineItem = Awaited<ReturnType<typeof selectLineItems>>[number];

/** Items and sizes of these lines, on whatever board. */
export function itemsOfLines(queryable: Queryable, lineKeys: readonly string[]): Promise<LineItem[]> {
  return selectLineItems(queryable, { line_keys: lineKeys });
}

const selectLinesOfId = blocks.rows(
  'select-lines-of-id',
  { monday_id: 'text' },
  rowOf(LEDGER, ['ledger_key']).transform(({ ledger_key }) => ledger_key),
);

/** Keys of the lines whose item, or one of whose sizes, has this id. */
export function linesOfId(queryable: Queryable, id: string): Promise<string[]> {
  return selectLinesOfId(queryable, { monday_id: id });
}
