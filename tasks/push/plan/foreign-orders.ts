import { FixFirstError } from '../../../shared/ground/errors.js';
import { isOfOther, keyColumns } from '../../../shared/mapper/other-pipelines.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import { reasonOf } from '../lines/look-up.js';
import type { Session } from '../lines/session.js';
import type { Unit } from '../model/unit.js';
import { type Settlement, settle } from '../write/settle.js';

/**
 * Rule 24: a customer that the ledger does not know, while the board holds its orders without our key, was loaded by
 * other means: pushing would show every order twice. Where the board does not tell of an order, its lines fail.
 */
export async function refuseForeignOrders(session: Session, creates: readonly Unit[]): Promise<void> {
  const { batch, board, mapping, reader, warehouse } = session;
  if (creates.length === 0) return;
  if ((await session.ledger.pushedLines(warehouse, batch.customer)) > 0) return;
  const column = mapping.item.columns.find(({ source }) => source === mapping.source.orderNumber);
  if (column === undefined || board.items.get(column.id)?.type !== 'text') return;
  const numbers = creates.flatMap(({ wanted }) => (wanted.kind === 'present' ? [wanted.values[column.id] ?? ''] : []));
  const asked = [...new Set(numbers)].filter((number) => number !== '');
  const untold: Untold = new Map();
  const items = await reader.itemsByKey(board.boardId, column.id, asked, {
    columnIds: keyColumns(mapping.item.key),
    untold,
  });
  await settle(
    session,
    creates.flatMap((unit): Settlement[] => {
      const failure = unit.wanted.kind === 'present' ? untold.get(unit.wanted.values[column.id] ?? '') : undefined;
      return failure === undefined ? [] : [{ unit, as: 'failed', action: null, reason: reasonOf(failure) }];
    }),
  );
  const { key } = mapping.item;
  const bare = items.filter((item) => (item.values.get(key.id)?.text ?? '') === '' && !isOfOther(key, item));
  if (bare.length === 0) return;
  // An adoption that was cut short has recorded items whose keys it has not written.
  const known = await session.ledger.knownIds(
    warehouse,
    bare.map(({ id }) => id),
  );
  const foreign = bare.filter(({ id }) => !known.has(id));
  if (foreign.length === 0) return;
  throw new FixFirstError(
    'ORDERS_UNKEYED',
    `The board already holds ${foreign.length} items with order numbers of this customer and without our key, the first being item ${foreign[0]?.id}. Run doctor --adopt to pair them with lines, or archive them, then run push again. Nothing was sent.`,
    { where: { batchId: batch.batchId, customer: batch.customer } },
  );
}
