import { FixFirstError } from '../../../shared/ground/errors.js';
import { decide } from '../../../shared/ledger/decide.js';
import { comparedColumn, orderColumn, textIn } from '../../../shared/mapper/compared.js';
import { isOfOther, keyColumns } from '../../../shared/mapper/other-pipelines.js';
import type { UnreadItem } from '../../../shared/monday/board.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { Session } from '../lines/session.js';
import type { Line, Unit } from '../model/unit.js';

/** Items that a push would create now. */
export function createsOf(lines: readonly Line[], now: Date): Unit[] {
  const at = { now, settleMs: 0, looked: true };
  return lines
    .map(({ item }) => item)
    .filter(
      ({ settled, entry, wanted }) =>
        settled === null && decide({ ...entry, unreadAt: null }, wanted, at).kind === 'create',
    );
}

/** Items of other means, without our key. */
export interface ForeignOrders {
  /** Those with an order number of the new lines. */
  items: readonly BoardItem[];
  /** Those of which the board does not tell: they may have one, too. */
  unread: readonly UnreadItem[];
}

const NONE: ForeignOrders = { items: [], unread: [] };

/**
 * Rule 24: a customer that the ledger does not know, while the board holds its orders without our key, was loaded by
 * other means: pushing would show every order twice.
 */
export async function refuseForeignOrders(session: Session, creates: readonly Unit[]): Promise<void> {
  const { batchId, customer } = session.batch;
  const foreign = await foreignOrders(session, customer, creates);
  const held = heldWithoutKey(foreign);
  if (held === undefined) return;
  const [code, advice] =
    foreign.items.length > 0
      ? (['ORDERS_UNKEYED', 'Run doctor --adopt to pair them with lines, or archive them'] as const)
      : (['ITEMS_UNREADABLE', "Open them with the token's user, and archive those that do not open"] as const);
  throw new FixFirstError(code, `${held} ${advice}, then run push again. Nothing was sent.`, {
    where: { batchId, customer },
  });
}

/** That the board holds orders of a customer already, of another program's making, or may hold them. */
export function heldWithoutKey({ items, unread }: ForeignOrders): string | undefined {
  if (items.length > 0)
    return `The board already holds ${items.length} items with order numbers of this customer and without our key, the first being item ${items[0]?.id}.`;
  const [first] = unread;
  if (first === undefined) return undefined;
  return `${unread.length} items without our key could not be read (${first.failure.code}), the first being item ${first.id}: any of them may show an order of this customer.`;
}

/**
 * Items of other means that have the order numbers of new ones. All without our key are read, and their numbers compared
 * here: by what a cell shows no filter of the API finds a number that doctor, which compares so, takes for the same.
 */
export async function foreignOrders(
  { board, mapping, reader, warehouse, ledger }: Pick<Session, 'board' | 'mapping' | 'reader' | 'warehouse' | 'ledger'>,
  customer: string,
  creates: readonly Pick<Unit, 'wanted'>[],
): Promise<ForeignOrders> {
  const column = orderColumn(mapping);
  if (column === undefined || creates.length === 0) return NONE;
  const compared = comparedColumn(column, board.items.get(column.id)?.type);
  const numbers = new Set(
    creates.map(({ wanted }) => (wanted.kind === 'present' ? compared.own(wanted.values[column.id]) : '')),
  );
  numbers.delete('');
  if (numbers.size === 0 || (await ledger.pushedLines(warehouse, customer)) > 0) return NONE;
  const { key } = mapping.item;
  const keys = keyColumns(key);
  const unread: UnreadItem[] = [];
  const found = await reader.itemsWithout(
    board.boardId,
    keys.filter((id) => board.items.get(id)?.type === 'text'),
    [...keys, column.id],
    unread,
  );
  const strange = found.filter(
    (item) => textIn(item, key.id) === '' && !isOfOther(key, item) && numbers.has(compared.shown(item)),
  );
  // An adoption that was cut short has recorded items whose keys it has not written.
  const known = await ledger.knownIds(
    warehouse,
    [...strange, ...unread].map(({ id }) => id),
  );
  const isStrange = ({ id }: { id: string }) => !known.has(id);
  return { items: strange.filter(isStrange), unread: unread.filter(isStrange) };
}
