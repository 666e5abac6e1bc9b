import { FixFirstError } from '../../shared/ground/errors.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { Untold } from '../../shared/monday/divided-reads.js';
import { type BoardState, boardStateOf } from './board-state.js';
import type { Connection } from './connect.js';
import { RememberedLabels } from './label-memory.js';
import { reasonOf } from './look-up.js';
import type { Session } from './session.js';
import { type Settlement, settle } from './settle.js';
import type { Unit } from './unit.js';

/** Reads the board and its subitems' board, and refuses what cannot be written to. */
export async function readBoard({
  reader,
  boardId,
  mapping,
  warehouse,
}: Pick<Connection, 'reader' | 'boardId' | 'mapping' | 'warehouse'>): Promise<BoardState> {
  const items = await reader.shape(boardId);
  const subitemsBoardId = items.hierarchy === 'classic' ? items.subitemsBoardId : boardId;
  if (items.state !== 'active')
    throw new FixFirstError(
      'BOARD_INACTIVE',
      `Board ${boardId} is ${items.state}: restore it, or correct MONDAY_BOARD_ID.`,
    );
  if (subitemsBoardId === undefined)
    throw new FixFirstError(
      'SUBITEMS_MISSING',
      `Board ${boardId} has no subitems column: add a subitem to any item by hand once, then run again.`,
    );
  const subitems = subitemsBoardId === boardId ? items : await reader.shape(subitemsBoardId);
  const remembered = {
    items: await RememberedLabels.of(warehouse, items.id),
    subitems: await RememberedLabels.of(warehouse, subitems.id),
  };
  const board = boardStateOf(items, subitems, { mapping, remembered });
  refuseMissingColumns(board, mapping);
  return board;
}

function refuseMissingColumns(board: BoardState, mapping: Mapping): void {
  const problems = [
    ...problemsOf(board.items, mapping.item.key, mapping.item.columns, 'items'),
    ...problemsOf(board.subitems, mapping.subitem.key, mapping.subitem.columns, 'subitems'),
  ];
  if (problems.length === 0) return;
  throw new FixFirstError(
    'BOARD_MISMATCH',
    `Board ${board.boardId} does not fit the mapping: ${problems.join('; ')}. Run doctor --fix for key columns, add the others by hand or correct the mapping. Nothing was sent.`,
  );
}

function problemsOf(
  live: BoardState['items'],
  key: { id: string; title: string },
  mapped: readonly { id: string; title: string }[],
  of: string,
): string[] {
  const keyColumn = live.get(key.id);
  const problems = mapped
    .filter(({ id }) => !live.has(id))
    .map(({ id, title }) => `the ${of} have no writable column "${title}" (${id})`);
  if (keyColumn === undefined) problems.unshift(`the ${of} have no key column ${key.id} of type text`);
  else if (keyColumn.type !== 'text')
    problems.unshift(`the key column ${key.id} of the ${of} is of type ${keyColumn.type}, not text`);
  return problems;
}

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
    columnIds: [mapping.item.key.id],
    untold,
  });
  await settle(
    session,
    creates.flatMap((unit): Settlement[] => {
      const failure = unit.wanted.kind === 'present' ? untold.get(unit.wanted.values[column.id] ?? '') : undefined;
      return failure === undefined ? [] : [{ unit, as: 'failed', action: null, reason: reasonOf(failure) }];
    }),
  );
  const bare = items.filter(({ values }) => (values.get(mapping.item.key.id)?.text ?? '') === '');
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
