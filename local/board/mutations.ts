import type { GraphQLResolveInfo } from 'graphql';
import { ApiError } from './api-error.js';
import { parseColumnValues } from './column-values.js';
import { ColumnWriter, type LabelUpdate } from './column-writer.js';
import type { Execution } from './execution.js';
import type { Board, BoardColumnType, Column, Item } from './model.js';
import { GroupView, ItemView, viewColumn } from './views.js';
import type { Position, Writer } from './writer.js';

type Optional<T> = T | null | undefined;
interface PositionArguments {
  position_relative_method?: Optional<'before_at' | 'after_at'>;
  relative_to?: Optional<string>;
}
interface LabelArguments {
  create_labels_if_missing?: Optional<boolean>;
}

/** A mutation field: it takes its time, the request may be cut before it, and an error may be answered after it. */
function field<A, R>(
  resolve: (args: A, execution: Execution) => R,
): (args: A, execution: Execution, info: GraphQLResolveInfo) => Promise<R> {
  return async (args, execution, info) => {
    const error = await execution.enter(info);
    const result = resolve(args, execution);
    if (error !== null) throw error;
    return result;
  };
}

function positionOf(args: PositionArguments): Position {
  return { method: args.position_relative_method ?? undefined, relativeTo: args.relative_to ?? undefined };
}

function view(item: Item, { account }: Execution): ItemView {
  return new ItemView(item, account.store.state);
}

function required(id: Optional<string>): string {
  if (id === null || id === undefined)
    throw new ApiError('InvalidArgumentException', 'The argument item_id is needed.');
  return id;
}

/** An active item that is on the board it is said to be on. */
function itemOn(board: Board, id: Optional<string>, writer: Writer): Item {
  const item = writer.activeItem(required(id));
  if (item.boardId !== board.id) {
    throw new ApiError('InvalidItemIdException', `The item ${item.id} is not on the board ${board.id}.`);
  }
  return item;
}

const createItem = field(
  (
    args: {
      board_id: string;
      item_name: string;
      group_id?: Optional<string>;
      column_values?: unknown;
    } & LabelArguments &
      PositionArguments,
    execution,
  ) => {
    const { writer } = execution;
    const board = writer.board(args.board_id);
    const given = args.column_values === undefined ? {} : parseColumnValues(args.column_values ?? '{}');
    const checked = writer.check(board, given, args.create_labels_if_missing ?? false);
    return view(
      writer.createItem(board, args.group_id ?? undefined, args.item_name, checked, positionOf(args)),
      execution,
    );
  },
);

const createSubitem = field(
  (args: { parent_item_id: string; item_name: string; column_values?: unknown } & LabelArguments, execution) => {
    const { writer } = execution;
    const parent = writer.activeItem(args.parent_item_id);
    if (parent.parentId !== null) throw new ApiError('InvalidItemIdException', 'A subitem cannot have subitems.');
    const board = writer.subitemsBoard(parent);
    const given = args.column_values === undefined ? {} : parseColumnValues(args.column_values ?? '{}');
    const checked = writer.check(board, given, args.create_labels_if_missing ?? false);
    return view(writer.createSubitem(parent, args.item_name, board, checked), execution);
  },
);

const changeMultiple = field(
  (args: { board_id: string; item_id?: Optional<string>; column_values: unknown } & LabelArguments, execution) => {
    const { writer } = execution;
    const board = writer.board(args.board_id);
    const item = itemOn(board, args.item_id, writer);
    const given = parseColumnValues(args.column_values);
    return view(
      writer.changeValues(item, writer.check(board, given, args.create_labels_if_missing ?? false, item)),
      execution,
    );
  },
);

interface OneColumn extends LabelArguments {
  board_id: string;
  item_id?: Optional<string>;
  column_id: string;
}

function changeOne(args: OneColumn, input: unknown, simple: boolean, execution: Execution): ItemView {
  const { writer } = execution;
  const board = writer.board(args.board_id);
  const item = itemOn(board, args.item_id, writer);
  const given = { [args.column_id]: input };
  const checked = writer.check(board, given, args.create_labels_if_missing ?? false, item, simple);
  return view(writer.changeValues(item, checked), execution);
}

const changeColumn = field((args: OneColumn & { value: unknown }, execution) => {
  const { value } = parseColumnValues(typeof args.value === 'string' ? `{"value":${args.value}}` : args.value);
  return changeOne(args, value, false, execution);
});

const changeSimple = field((args: OneColumn & { value?: Optional<string> }, execution) =>
  changeOne(args, args.value ?? null, true, execution),
);

const createGroup = field((args: { board_id: string; group_name: string } & PositionArguments, { writer }) => {
  const board = writer.board(args.board_id);
  return new GroupView(board, writer.createGroup(board, args.group_name, positionOf(args)));
});

const deleteGroup = field((args: { board_id: string; group_id: string }, { writer }) => {
  const board = writer.board(args.board_id);
  return new GroupView(board, writer.deleteGroup(board, args.group_id));
});

const moveItem = field((args: { item_id?: Optional<string>; group_id: string }, execution) =>
  view(execution.writer.move(execution.writer.activeItem(required(args.item_id)), args.group_id), execution),
);

const archiveItem = field((args: { item_id?: Optional<string> }, execution) => {
  const item = execution.writer.anyItem(required(args.item_id));
  if (item.state === 'deleted') throw new ApiError('ResourceNotFoundException', `The item ${item.id} is deleted.`);
  return view(execution.writer.setState(item, 'archived'), execution);
});

const deleteItem = field((args: { item_id?: Optional<string> }, execution) =>
  view(execution.writer.setState(execution.writer.anyItem(required(args.item_id)), 'deleted'), execution),
);

const duplicateItem = field((args: { board_id: string; item_id?: Optional<string> }, execution) => {
  const { writer } = execution;
  return view(writer.duplicate(itemOn(writer.board(args.board_id), args.item_id, writer)), execution);
});

interface ColumnArguments {
  board_id: string;
  id?: Optional<string>;
  title: string;
  column_type: BoardColumnType;
  description?: Optional<string>;
  after_column_id?: Optional<string>;
  defaults?: unknown;
}

/** A mutation field that writes a column and answers with it. */
function columnField<A extends { board_id: string }>(write: (writer: ColumnWriter, board: Board, args: A) => Column) {
  return field((args: A, { account, request, writer, limits }) =>
    viewColumn(write(new ColumnWriter(account.store, request), writer.board(args.board_id), args), limits),
  );
}

const createColumn = columnField((writer, board, args: ColumnArguments) =>
  writer.create(board, {
    id: args.id,
    title: args.title,
    type: args.column_type,
    description: args.description ?? undefined,
    after: args.after_column_id ?? undefined,
    defaults: args.defaults,
  }),
);

const deleteColumn = columnField((writer, board, args: { board_id: string; column_id: string }) =>
  writer.delete(board, args.column_id),
);

interface LabelUpdateArguments {
  board_id: string;
  id: string;
  revision: string;
  title?: Optional<string>;
  description?: Optional<string>;
  settings?: Optional<{ labels: NonNullable<LabelUpdate['labels']> }>;
}

const updateLabels = (type: 'status' | 'dropdown') =>
  columnField((writer, board, args: LabelUpdateArguments) =>
    writer.updateLabels(board, args.id, type, {
      revision: args.revision,
      title: args.title ?? undefined,
      description: args.description ?? undefined,
      labels: args.settings?.labels,
    }),
  );

/** The root of every mutation; graphql-js runs the fields one after another, in the order written. */
export const mutations = {
  archive_item: archiveItem,
  change_column_value: changeColumn,
  change_multiple_column_values: changeMultiple,
  change_simple_column_value: changeSimple,
  complexity: (_args: unknown, execution: Execution) => execution.complexity(),
  create_column: createColumn,
  create_group: createGroup,
  create_item: createItem,
  create_subitem: createSubitem,
  delete_column: deleteColumn,
  delete_group: deleteGroup,
  delete_item: deleteItem,
  duplicate_item: duplicateItem,
  move_item_to_group: moveItem,
  update_dropdown_column: updateLabels('dropdown'),
  update_status_column: updateLabels('status'),
};
