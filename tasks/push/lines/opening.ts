import { isLanded } from '../../../shared/ledger/decide.js';
import { subitemKeyColumns } from '../../../shared/mapper/sizes.js';
import { SMALL_PUSH_LINES } from '../../../shared/monday/push-cost.js';
import { subitemsBoardOf } from '../../../shared/store/boards.js';
import type { Connection } from '../model/connect.js';
import type { Line } from '../model/unit.js';

type Opener = Pick<Connection, 'reader' | 'warehouse' | 'mapping' | 'clock' | 'boardId'> & { settleMs: number };

/**
 * Rule 15: reads account, boards, labels and the lines themselves in one request where a batch is a few lines that the
 * board has, all of them settled. A line of which a send is open is looked at when its time has come, not before.
 */
export async function openBoard(
  { reader, warehouse, mapping, clock, boardId, settleMs }: Opener,
  lines: readonly Line[],
): Promise<void> {
  const known = lines.filter(({ item }) => item.entry.id !== null);
  if (known.length === 0 || lines.length > SMALL_PUSH_LINES || !lines.every(isSettled)) return;
  const now = clock.now();
  const changed = known.filter(
    ({ item, sizes }) => ![item, ...sizes].every(({ entry, wanted }) => isLanded(entry, wanted, { now, settleMs })),
  );
  const idsOf = (of: readonly { entry: { id: string | null } }[]): string[] =>
    of.flatMap(({ entry }) => entry.id ?? []);
  const subitemsBoard = mapping.subitem === undefined ? undefined : await subitemsBoardOf(warehouse, boardId);
  await reader.open({
    boardIds: subitemsBoard === undefined || subitemsBoard === boardId ? [boardId] : [boardId, subitemsBoard],
    itemIds: idsOf(known.map(({ item }) => item)),
    itemColumns: [mapping.item.key.id],
    parentIds: mapping.subitem === undefined ? [] : idsOf(changed.map(({ item }) => item)),
    subitemColumns: subitemKeyColumns(mapping),
    subitemIds: idsOf(known.flatMap(({ sizes }) => sizes)),
  });
}

function isSettled({ item, sizes }: Line): boolean {
  return [item, ...sizes].every(
    ({ entry }) => entry.attempt === null && entry.operation === null && entry.since.length === 0,
  );
}
