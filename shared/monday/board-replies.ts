import { z } from 'zod';

/** Ids are decimal texts. A number is accepted only if JavaScript has not rounded it. */
export const idSchema = z.union([z.string().min(1), z.int().transform(String)], { error: 'must be an id' });
const id = idSchema;
/** A time as the API writes it: anything else is refused, not read as "no time". */
const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time')
  .transform((text) => new Date(text));
const valueSchema = z.object({ id, text: z.string().nullable(), value: z.unknown() });
export const itemSchema = z
  .object({
    id,
    name: z.string().default(''),
    state: z.string().nullish(),
    created_at: time.nullish(),
    group: z.object({ id }).nullish(),
    board: z.object({ id }).nullish(),
    parent_item: z.object({ id }).nullish(),
    /** Asked for of every item: one without its values would count as one without our key, and be made again. */
    column_values: z.array(valueSchema),
  })
  .transform((item) => ({
    id: item.id,
    name: item.name,
    state: item.state ?? 'active',
    createdAt: item.created_at ?? undefined,
    groupId: item.group?.id,
    boardId: item.board?.id,
    parentId: item.parent_item?.id,
    values: new Map(item.column_values.map((each) => [each.id, { text: each.text, value: decoded(each.value) }])),
  }));

export const stateSchema = z.object({
  id,
  state: z
    .string()
    .nullish()
    .transform((state) => state ?? 'active'),
});

/** An item or a subitem; `values` by column id, each `value` decoded from the JSON text it is sent as. */
export type BoardItem = z.output<typeof itemSchema>;

const columnSchema = z.object({
  id,
  title: z.string(),
  type: z.string(),
  archived: z.boolean(),
  settings: z.unknown().transform(decoded),
  revision: z.string(),
});
export type BoardColumn = z.output<typeof columnSchema>;

const groupSchema = z
  .object({ id, title: z.string(), archived: z.boolean().nullish(), deleted: z.boolean().nullish() })
  .transform((group) => ({ id: group.id, title: group.title, active: !group.archived && !group.deleted }));

const subtasksSettings = z.object({ boardIds: z.array(z.coerce.string()).min(1) });
export const shapeSchema = z
  .object({
    id,
    name: z.string(),
    state: z.string(),
    url: z
      .url({ protocol: /^https?$/ })
      .nullish()
      .catch(null),
    items_count: z.number().nullish(),
    items_limit: z.number().nullish(),
    hierarchy_type: z.string().nullish(),
    groups: z.array(groupSchema),
    columns: z.array(columnSchema),
  })
  .transform((board) => ({
    id: board.id,
    name: board.name,
    state: board.state,
    /** Its address for people; undefined if the answer has none. */
    url: board.url ?? undefined,
    itemsCount: board.items_count ?? undefined,
    itemsLimit: board.items_limit ?? undefined,
    hierarchy: board.hierarchy_type ?? 'classic',
    groups: board.groups,
    columns: board.columns,
    subitemsBoardId: subitemsBoardOf(board.columns),
  }));

/** The current state of a board: its columns, groups and room, and the hidden board of its subitems. */
export type BoardShape = z.output<typeof shapeSchema>;

function subitemsBoardOf(columns: readonly BoardColumn[]): string | undefined {
  const subtasks = columns.find((column) => column.type === 'subtasks' && !column.archived);
  const settings = subtasksSettings.safeParse(subtasks?.settings);
  return settings.success ? settings.data.boardIds[0] : undefined;
}

/** JSON scalars come as text with JSON; other text stays unchanged. */
export function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A page of a board, and where the next one begins. */
export interface Page<Item = BoardItem> {
  /** Null behind the last page: an answer without one is no answer. */
  cursor: string | null;
  items: Item[];
}

function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ cursor: z.string().nullable(), items: z.array(item) });
}

export const pageSchema = pageOf(itemSchema);
/** Ids of items, with their parents. */
export const idPageSchema = pageOf(
  z
    .object({ id, parent_item: z.object({ id }).nullish() })
    .transform((item) => ({ id: item.id, parentId: item.parent_item?.id })),
);
export type ListedItem = z.output<typeof idPageSchema>['items'][number];

export const accountSchema = z.object({
  me: z.object({
    id,
    account: z.object({
      id,
      slug: z.string(),
      tier: z.string().nullish(),
      plan: z.object({ tier: z.string().nullish() }).nullish(),
    }),
  }),
  platform_api: z
    .object({ daily_limit: z.object({ base: z.number().nullish(), total: z.number().nullish() }).nullish() })
    .nullish()
    .catch(null),
});

export const shapesSchema = z.object({ boards: z.array(shapeSchema) });
export const itemsSchema = z.object({ items: z.array(itemSchema) });
export const statesSchema = z.object({ items: z.array(stateSchema) });
/** Items with their subitems, which come without a state. */
export const parentsSchema = z.object({ items: z.array(z.object({ id, subitems: z.array(itemSchema) })) });
export type Subitems = z.output<typeof parentsSchema>['items'][number];
