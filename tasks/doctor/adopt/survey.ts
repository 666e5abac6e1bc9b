import { FixFirstError } from '../../../shared/ground/errors.js';
import { textIn } from '../../../shared/mapper/compared.js';
import { subitemKey } from '../../../shared/mapper/sizes.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import { Ledger } from '../../../shared/store/ledger.js';
import { placeKey } from '../../../shared/store/ledger-rows.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { mappedBoards } from '../examine.js';
import { listed } from '../finding.js';
import { type BoardItems, readBoardItems } from '../orders.js';
import type { Boards, Site } from '../site.js';
import type { Left } from './adoption.js';
import { strangeItems } from './items.js';
import { keyLines, readLines } from './known-lines.js';
import { comparedColumns } from './pair.js';
import { type AdoptionPair, planAdoption } from './plan.js';
import type { KeyWrite } from './write-keys.js';

/** What an adoption would do. */
export interface Survey {
  boardId: string;
  /** Where the keys of sizes stand; undefined where the mapping has none. */
  sizeKeys: Pick<KeyWrite, 'boardId' | 'column'> | undefined;
  groupTitles: ReadonlyMap<string, string>;
  pairs: readonly AdoptionPair[];
  /** Keys of items and subitems that the ledger knows and that do not show them. */
  lost: readonly KeyWrite[];
  left: readonly Left[];
}

/** Compares what the board shows without our key with the lines of the source. `asked`: canonical names, or all. */
export async function survey(
  site: Site,
  mapping: Mapping,
  warehouse: Warehouse,
  asked: ReadonlySet<string> | undefined,
): Promise<Survey> {
  const boards = await site.boards.get();
  const { boardId, sizeKeys } = writableBoards(mapping, boards);
  const columns = comparedColumns(mapping, boards);
  const shown = await readBoardItems(site, mapping, {
    items: [...columns.key, ...columns.purchaseOrder].map(({ id }) => id),
    subitems: [columns.sizeLabel, columns.sizeQuantity],
  });
  const ledger = await new Ledger(boardId).all(warehouse);
  const lost = lostKeys(mapping, { boardId, sizeKeys }, shown, ledger, asked);
  const ledgerIds = new Set(ledger.flatMap(({ entry }) => entry.id ?? []));
  refuseUnread(shown, ledgerIds);
  const items = strangeItems(mapping, columns, shown).filter(({ id }) => !ledgerIds.has(id));
  const orders = new Set(items.map(({ orderMark }) => orderMark).filter((order) => order !== ''));
  const source = await readLines(warehouse, mapping, site.need('SOURCE_TABLE'), columns, orders);
  const keys = shown.items.map((item) => textIn(item, mapping.item.key.id)).filter((key) => key !== '');
  const plan = planAdoption(items, await keyLines(warehouse, mapping, source), {
    entries: new Map(ledger.map(({ place, entry }) => [placeKey(place), entry])),
    shownKeys: new Set(keys),
    activeIds: new Set([...shown.items, ...shown.unread.items].map(({ id }) => id)),
    sizes: source.sizes,
    owners: source.owners,
  });
  const isAsked = (customer: string | null) => asked === undefined || (customer !== null && asked.has(customer));
  return {
    boardId,
    sizeKeys,
    groupTitles: new Map(boards.items.groups.map(({ id, title }) => [id, title])),
    pairs: plan.pairs.filter(({ line }) => isAsked(line.customer)),
    lost,
    left: plan.left.filter(({ customer }) => isAsked(customer)),
  };
}

/** @throws FixFirstError when a board cannot hold keys. */
function writableBoards(mapping: Mapping, boards: Boards): Pick<Survey, 'boardId' | 'sizeKeys'> {
  if (boards.subitems === undefined && mapping.subitem !== undefined)
    throw new FixFirstError(
      'SUBITEMS_MISSING',
      'The board has no subitems column: add a subitem to any item by hand once, then run again.',
    );
  const without = mappedBoards(mapping, boards).filter(({ live, key }) => {
    const column = live.get(key.id);
    return column === undefined || column.archived || column.type !== 'text';
  });
  if (without.length > 0)
    throw new FixFirstError(
      'KEY_COLUMN_MISSING',
      `The ${without.map(({ of }) => of).join(' and the ')} have no key column of type text: run doctor --fix first.`,
    );
  const { subitems } = boards;
  const sizeKeys =
    subitems === undefined || mapping.subitem === undefined
      ? undefined
      : { boardId: subitems.id, column: mapping.subitem.key.id };
  return { boardId: boards.items.id, sizeKeys };
}

/** One that the board does not tell of may be a copy of another one, and make it one of two. What is ours already is no such one. */
function refuseUnread({ unread }: BoardItems, ledgerIds: ReadonlySet<string>): void {
  const strange = [...unread.items, ...unread.subitems].filter(({ id }) => !ledgerIds.has(id));
  const [first] = strange;
  if (first === undefined) return;
  const ids = listed(
    strange.map(({ id }) => id),
    5,
  );
  throw new FixFirstError(
    'ITEMS_UNREADABLE',
    `${strange.length} items and subitems without our key could not be read (${first.failure.code}): ${ids}. Any of them may show the order of another one. Open them on the board with the token's user, archive those that cannot be opened, and run again.`,
  );
}

/** What an adoption that was cut short, or somebody's hand, has left without the key that the ledger knows. */
function lostKeys(
  mapping: Mapping,
  { boardId, sizeKeys }: Pick<Survey, 'boardId' | 'sizeKeys'>,
  { items, subitems }: BoardItems,
  ledger: Awaited<ReturnType<Ledger['all']>>,
  asked: ReadonlySet<string> | undefined,
): KeyWrite[] {
  const bare = new Map([
    ...items.filter((item) => textIn(item, mapping.item.key.id) === '').map(({ id }) => [id, 'item'] as const),
    ...(sizeKeys === undefined ? [] : subitems.filter((item) => textIn(item, sizeKeys.column) === '')).map(
      ({ id }) => [id, 'size'] as const,
    ),
  ]);
  return ledger.flatMap(({ place, entry, customer }): KeyWrite[] => {
    if (entry.id === null || bare.get(entry.id) !== place.kind) return [];
    if (asked !== undefined && (customer === null || !asked.has(customer))) return [];
    const itemId = entry.id;
    if (place.kind === 'item') return [{ boardId, itemId, column: mapping.item.key.id, key: place.key }];
    return sizeKeys === undefined ? [] : [{ ...sizeKeys, itemId, key: subitemKey(place.key, place.size) }];
  });
}
