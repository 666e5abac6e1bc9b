import { z } from 'zod';

const cells = z.record(
  z.string(),
  z.object({ text: z.string().nullable() }).transform(({ text }) => text),
);
const subitem = z.object({ id: z.string(), name: z.string(), state: z.string(), values: cells });
const boardDump = z.object({
  groups: z.array(z.object({ id: z.string(), title: z.string() })),
  items: z.array(subitem.extend({ groupId: z.string(), subitems: z.array(subitem) })),
});
const log = z.object({
  requests: z.array(
    z.object({
      n: z.number(),
      operations: z.array(z.string()),
      fault: z.string().nullable(),
      effects: z.array(z.object({ kind: z.string(), id: z.string(), key: z.string().nullable() })),
    }),
  ),
});

export const COLUMN = {
  key: 'line_key',
  poNumber: 'text_mkr5ej2x',
  notes: 'long_text_mkr5hass',
  orderType: 'dropdown_mkr518fc',
  quantity: 'numeric_mkra7j8e',
} as const;

export interface BoardItem {
  id: string;
  key: string;
  name: string;
  group: string;
  state: string;
  values: Record<string, string | null>;
  /** Quantity by size label, of the active subitems. */
  sizes: Record<string, number>;
  /** Active subitems, those with one key counted each. */
  subitems: number;
}

/** Whatever has a board simulator. */
interface BoardWorld {
  readonly board: { readonly url: string };
}

async function get(world: BoardWorld, path: string): Promise<unknown> {
  const response = await fetch(`${world.board.url}${path}`);
  return response.json();
}

/** Posts to the board's control interface. */
export async function control(world: BoardWorld, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${world.board.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

/** The board as people see it, archived items included, in the order of the line keys. */
export async function readBoard(world: BoardWorld): Promise<BoardItem[]> {
  const dump = boardDump.parse(await get(world, '/_board'));
  const titles = new Map(dump.groups.map(({ id, title }) => [id, title]));
  const items = dump.items.map(({ id, name, state, values, groupId, subitems }) => {
    const active = subitems.filter((each) => each.state === 'active');
    const sizes = active.map((each): [string, number] => [
      (each.values[COLUMN.key] ?? '').split('|')[1] ?? '',
      Number(each.values[COLUMN.quantity]),
    ]);
    return {
      id,
      key: values[COLUMN.key] ?? '',
      name,
      group: titles.get(groupId) ?? '',
      state,
      values,
      sizes: Object.fromEntries(sizes.sort()),
      subitems: active.length,
    };
  });
  return items.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Subitems of an item as the board has them, with their ids. */
export async function rawSubitems(world: BoardWorld, itemId: string | undefined): Promise<z.infer<typeof subitem>[]> {
  const dump = boardDump.parse(await get(world, '/_board'));
  return dump.items.find(({ id }) => id === itemId)?.subitems ?? [];
}

export const requestsAfter = async (world: BoardWorld, after = 0) =>
  log.parse(await get(world, `/_log?after=${after}`)).requests;

export const lastRequest = async (world: BoardWorld): Promise<number> => (await requestsAfter(world)).at(-1)?.n ?? 0;

const MUTATION = /^(create|change|move|archive|delete|update|duplicate)_/;

/** Every single mutation that was asked for since request `after`. */
export async function mutationsAfter(world: BoardWorld, after: number): Promise<string[]> {
  const requests = await requestsAfter(world, after);
  return requests.flatMap(({ operations }) => operations.filter((name) => MUTATION.test(name)));
}

/** What took effect since request `after`: how often each kind, and the keys of the lines it was done to. */
export async function effectsAfter(world: BoardWorld, after: number) {
  const effects = (await requestsAfter(world, after)).flatMap((request) => request.effects);
  const kinds: Record<string, number> = {};
  for (const { kind } of effects) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const keys = effects.filter(({ kind }) => /^(sub)?item\./.test(kind)).map(({ key }) => (key ?? '').split('|')[0]);
  return { kinds, keys: [...new Set(keys)].sort() };
}

/** Keys that were created more than once: there must be none, ever. */
export async function createdTwice(world: BoardWorld): Promise<string[]> {
  const effects = (await requestsAfter(world)).flatMap((request) => request.effects);
  const created = effects.filter(({ kind }) => kind.endsWith('.created')).map(({ kind, key }) => `${kind} ${key}`);
  return created.filter((each, place) => created.indexOf(each) !== place);
}
