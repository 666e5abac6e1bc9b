import { FixFirstError } from '../../../shared/ground/errors.js';
import { decide } from '../../../shared/ledger/decide.js';
import { isOfOther, keyColumns } from '../../../shared/mapper/other-pipelines.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import { reasonOf } from '../lines/look-up.js';
import type { Session } from '../lines/session.js';
import type { Line, Unit } from '../model/unit.js';
import { type FailureReason, type Settlement, settle } from '../write/settle.js';

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

/**
 * Rule 24: a customer that the ledger does not know, while the board holds its orders without our key, was loaded by
 * other means: pushing would show every order twice. Where the board does not tell of an order, its lines fail.
 */
export async function refuseForeignOrders(session: Session, creates: readonly Unit[]): Promise<void> {
  const { batchId, customer } = session.batch;
  const { foreign, untold } = await foreignOrders(session, customer, creates);
  await settle(
    session,
    [...untold].map(([unit, reason]): Settlement => ({ unit, as: 'failed', action: null, reason })),
  );
  if (foreign.length === 0) return;
  throw new FixFirstError(
    'ORDERS_UNKEYED',
    `${heldWithoutKey(foreign)} Run doctor --adopt to pair them with lines, or archive them, then run push again. Nothing was sent.`,
    { where: { batchId, customer } },
  );
}

/** That the board holds orders of a customer already, of another program's making. */
export function heldWithoutKey(foreign: readonly BoardItem[]): string {
  return `The board already holds ${foreign.length} items with order numbers of this customer and without our key, the first being item ${foreign[0]?.id}.`;
}

/** Items of other means that have the order numbers of new ones, and those of which the board does not tell. */
export async function foreignOrders(
  { board, mapping, reader, warehouse, ledger }: Pick<Session, 'board' | 'mapping' | 'reader' | 'warehouse' | 'ledger'>,
  customer: string,
  creates: readonly Unit[],
): Promise<{ foreign: readonly BoardItem[]; untold: ReadonlyMap<Unit, FailureReason> }> {
  const none = { foreign: [], untold: new Map<Unit, FailureReason>() };
  if (creates.length === 0 || (await ledger.pushedLines(warehouse, customer)) > 0) return none;
  const column = mapping.item.columns.find(({ source }) => source === mapping.source.orderNumber);
  if (column === undefined || board.items.get(column.id)?.type !== 'text') return none;
  const numberOf = ({ wanted }: Unit): string => (wanted.kind === 'present' ? (wanted.values[column.id] ?? '') : '');
  const asked = [...new Set(creates.map(numberOf))].filter((number) => number !== '');
  const failures: Untold = new Map();
  const { key } = mapping.item;
  const options = { columnIds: keyColumns(key), untold: failures };
  const items = await reader.itemsByKey(board.boardId, column.id, asked, options);
  const untold = new Map<Unit, FailureReason>();
  for (const unit of creates) {
    const failure = failures.get(numberOf(unit));
    if (failure !== undefined) untold.set(unit, reasonOf(failure));
  }
  const bare = items.filter((item) => (item.values.get(key.id)?.text ?? '') === '' && !isOfOther(key, item));
  // An adoption that was cut short has recorded items whose keys it has not written.
  const known = await ledger.knownIds(
    warehouse,
    bare.map(({ id }) => id),
  );
  return { foreign: bare.filter(({ id }) => !known.has(id)), untold };
}
