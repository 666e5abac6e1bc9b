import { groupBy } from '../../../shared/ground/lists.js';
import { partialLayout } from '../../../shared/lines/layout.js';
import { type ComparedColumn, textIn } from '../../../shared/mapper/compared.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { UnreadItem } from '../../../shared/monday/board.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import { Ledger } from '../../../shared/store/ledger.js';
import { knownKeys } from '../../../shared/store/snapshot-look-ups.js';
import { rowsByUuid } from '../../../shared/store/source.js';
import type { Check } from '../finding.js';
import { type Found, found, listed } from '../finding.js';
import { comparedOrder, customersByOrder, readBoardItems } from '../orders.js';
import type { Site } from '../site.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Items and subitems that carry no key of ours, a key that belongs to no line, or a key that another item has too. */
export const keys: Check = {
  name: 'keys',
  async run(site) {
    const mapping = await site.mapping.get();
    const database = await site.pipeline.get();
    const order = comparedOrder(mapping, await site.boards.get());
    const { items, subitems, unread } = await readBoardItems(site, mapping, {
      items: order === undefined ? [] : [order.id],
      subitems: [],
    });
    const boardId = site.need('MONDAY_BOARD_ID');
    const entries = await new Ledger(boardId).all(database);
    const known = new Set(entries.map(({ place }) => place.key));
    const ledgerIds = new Set(entries.flatMap(({ entry }) => entry.id ?? []));
    const itemKeys = keyed(items, mapping.item.key.id);
    const sizeKey = mapping.subitem?.key.id;
    const sizeKeys: ReturnType<typeof keyed> = sizeKey === undefined ? new Map() : keyed(subitems, sizeKey);
    const lines = await knownLines(site, mapping, [...itemKeys.keys(), ...sizeKeys.keys()].map(lineOf), known);
    const unkeyed = (all: readonly BoardItem[], column: string) => all.filter((item) => textIn(item, column) === '');
    const strange = unkeyed(items, mapping.item.key.id);
    return {
      summary: `${items.length} items${sizeKey === undefined ? '' : ` and ${subitems.length} subitems`}`,
      found: [
        ...unreadItems('items', unread.items),
        ...unreadItems('subitems', unread.subitems),
        ...lostKeys('items', strange, ledgerIds),
        ...(sizeKey === undefined ? [] : lostKeys('subitems', unkeyed(subitems, sizeKey), ledgerIds)),
        ...(await unkeyedItems(
          site,
          mapping,
          strange.filter(({ id }) => !ledgerIds.has(id)),
          order,
        )),
        ...foreignKeys('items', itemKeys, lines),
        ...foreignKeys('subitems', sizeKeys, lines),
        ...repeatedKeys('items', itemKeys),
        ...repeatedKeys('subitems', sizeKeys),
      ],
    };
  },
};

type KeyedKind = 'items' | 'subitems';

function keyed(items: readonly BoardItem[], column: string): Map<string, BoardItem[]> {
  return groupBy(
    items.filter((item) => textIn(item, column) !== ''),
    (item) => textIn(item, column),
  );
}

/** The key of a size begins with that of its line. */
const lineOf = (key: string): string => (key.split('|')[0] ?? key).toLowerCase();

/** Those of the keys that are a line's: the ledger's own, and those that snapshot or source have. */
async function knownLines(
  site: Site,
  mapping: Mapping,
  asked: readonly string[],
  ledger: ReadonlySet<string>,
): Promise<Set<string>> {
  const database = await site.pipeline.get();
  const lines = new Set(ledger);
  const unknown = [...new Set(asked)].filter((key) => !ledger.has(key) && UUID.test(key));
  for (const key of await knownKeys(database, unknown)) lines.add(key);
  const table = site.need('SOURCE_TABLE');
  const live = await database.columns(table);
  const layout = partialLayout(mapping, [], live);
  // A line that was never batched is known by the uuid that it has in the source.
  for await (const rows of rowsByUuid(
    database,
    { table, live, layout },
    unknown.filter((key) => !lines.has(key)),
  ))
    for (const [uuid] of rows) lines.add(String(uuid).toLowerCase());
  return lines;
}

function unreadItems(of: KeyedKind, unread: readonly UnreadItem[]): Found[] {
  const codes = [...new Set(unread.map(({ failure }) => failure.code))].join(', ');
  return told('ITEMS_UNREAD', of, unread, `could not be read (${codes})`);
}

function lostKeys(of: KeyedKind, strange: readonly BoardItem[], ledgerIds: ReadonlySet<string>): Found[] {
  return told(
    'KEY_LOST',
    of,
    strange.filter(({ id }) => ledgerIds.has(id)),
    'are ours and have lost their key',
  );
}

/** Items without a key, by the customer whose order they show. */
async function unkeyedItems(
  site: Site,
  mapping: Mapping,
  strange: readonly BoardItem[],
  order: ComparedColumn | undefined,
): Promise<Found[]> {
  if (strange.length === 0) return [];
  const database = await site.pipeline.get();
  const owners = order && (await customersByOrder(database, mapping, site.need('SOURCE_TABLE'), order));
  const ledger = new Ledger(site.need('MONDAY_BOARD_ID'));
  const byCustomer = groupBy(strange, (item) => order && owners?.get(order.shown(item)));
  const problems = told('ITEMS_UNKEYED', 'items', byCustomer.get(undefined) ?? [], 'have no key');
  for (const [customer, items] of byCustomer) {
    if (customer === undefined) continue;
    const code = (await ledger.pushedLines(database, customer)) > 0 ? 'ORDERS_UNKEYED' : 'ORDERS_UNKEYED_NEW';
    const what = `${items.length} items show orders of ${customer} and have no key: ${ids(items)}.`;
    problems.push(found(code, { subject: customer, what }));
  }
  return problems;
}

function foreignKeys(
  of: KeyedKind,
  byKey: ReadonlyMap<string, readonly BoardItem[]>,
  lines: ReadonlySet<string>,
): Found[] {
  const strange = [...byKey].filter(([key]) => !lines.has(lineOf(key))).flatMap(([, items]) => items);
  return told('KEY_FOREIGN', of, strange, 'have a key that belongs to no line');
}

function repeatedKeys(of: KeyedKind, byKey: ReadonlyMap<string, readonly BoardItem[]>): Found[] {
  const copies = [...byKey.values()].filter((items) => items.length > 1).flat();
  return told('KEY_REPEATED', of, copies, 'have a key that another one has too');
}

function told(
  code: Parameters<typeof found>[0],
  of: KeyedKind,
  items: readonly { id: string }[],
  how: string,
): Found[] {
  if (items.length === 0) return [];
  return [found(code, { subject: of, what: `${items.length} ${of} ${how}: ${ids(items)}.` })];
}

function ids(items: readonly { id: string }[]): string {
  return listed(
    items.map(({ id }) => id),
    5,
  );
}
