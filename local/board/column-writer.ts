import { createHash } from 'node:crypto';
import { ApiError } from './api-error.js';
import { type GivenLabel, labelIdsOf, newDropdownLabel, newStatusLabel, replacedLabels } from './labels.js';
import type { Board, BoardColumnType, Column, StoredLabel } from './model.js';
import { subtasksSettings } from './shape.js';
import type { Store } from './store.js';

const COLUMN_ID = /^[a-z_][a-z0-9_]{0,23}$/;

export interface AskedColumn {
  /** undefined: the API chooses one; null is refused. */
  id: string | null | undefined;
  title: string;
  type: BoardColumnType;
  description: string | undefined;
  after: string | undefined;
  defaults: unknown;
}

export interface LabelUpdate {
  revision: string;
  title: string | undefined;
  description: string | undefined;
  labels: GivenLabel[] | undefined;
}

/** Writes columns and their labels, for the request of that number. */
export class ColumnWriter {
  readonly #store: Store;
  readonly #request: number;

  constructor(store: Store, request: number) {
    this.#store = store;
    this.#request = request;
  }

  create(board: Board, wanted: AskedColumn): Column {
    const id = wanted.id ?? `${wanted.type}_${(board.columns.size + board.deletedColumns.size).toString(36)}`;
    if (wanted.id === null || (wanted.id !== undefined && !COLUMN_ID.test(wanted.id))) {
      throw new ApiError(
        'InvalidArgumentException',
        'A column id has 1 to 24 characters of a-z, 0-9 and _, and begins with no digit.',
      );
    }
    if (board.columns.has(id) || board.deletedColumns.has(id))
      throw new ApiError('InvalidArgumentException', `There already is a column ${id}.`);
    const column: Column = {
      id,
      title: wanted.title,
      type: wanted.type,
      archived: false,
      description: wanted.description ?? null,
      revision: 1,
      ...settingsOf(wanted),
    };
    this.#put(board, column, 'column.created', wanted.after ?? null);
    return column;
  }

  /** Deletes a column with the values in it; its id stays reserved. */
  delete(board: Board, id: string): Column {
    const column = board.columns.get(id);
    if (column === undefined) throw new ApiError('InvalidColumnIdException', `Column not found: ${id}`);
    if (column.type === 'name') {
      throw new ApiError('InvalidArgumentException', 'The column of the names cannot be deleted.');
    }
    this.#store.commit({ type: 'columnDeleted', boardId: board.id, id });
    this.#store.commit({ type: 'effect', n: this.#request, effect: { kind: 'column.deleted', id, key: column.title } });
    return column;
  }

  /** Replaces the whole list of labels, as the real one does; the revision must be the latest. */
  updateLabels(board: Board, id: string, type: 'status' | 'dropdown', update: LabelUpdate): Column {
    const column = board.columns.get(id);
    if (column === undefined || column.type !== type) {
      throw new ApiError('InvalidColumnIdException', `There is no ${type} column ${id} on the board.`);
    }
    if (column.managed === true) throw new ApiError('INVALID_ARGUMENT_EXCEPTION');
    if (update.revision !== revisionOf(column)) throw new ApiError('REVISION_MISMATCH');
    const labels =
      update.labels === undefined
        ? column.labels
        : replacedLabels(column, update.labels, this.#idsInUse(board, column));
    const changed: Column = {
      ...column,
      title: update.title ?? column.title,
      description: update.description ?? column.description,
      labels,
      revision: column.revision + 1,
    };
    this.#put(board, changed, 'column.updated', null);
    return changed;
  }

  /** Labels that values of the board refer to. */
  #idsInUse(board: Board, column: Column): Set<number> {
    return new Set(this.#store.state.itemsOf(board).flatMap((item) => labelIdsOf(item, column.id)));
  }

  #put(board: Board, column: Column, kind: string, after: string | null): void {
    this.#store.commit({ type: 'column', boardId: board.id, column, after });
    this.#store.commit({ type: 'effect', n: this.#request, effect: { kind, id: column.id, key: column.title } });
  }
}

/** The revision that an update must name: a text of which only equality means anything. */
export function revisionOf({ id, revision }: Pick<Column, 'id' | 'revision'>): string {
  return createHash('md5').update(`${id} ${revision}`).digest('hex');
}

function settingsOf({ type, defaults }: AskedColumn): Pick<Column, 'labels' | 'settings'> {
  const given: unknown = typeof defaults === 'string' ? JSON.parse(defaults) : (defaults ?? {});
  const settings = typeof given === 'object' && given !== null ? { ...(given as Record<string, unknown>) } : {};
  const listed = type === 'status' || type === 'dropdown' ? settings['labels'] : undefined;
  delete settings['labels'];
  if (type === 'subtasks') Object.assign(settings, subtasksSettings());
  const texts = Array.isArray(listed) ? listed.map((each) => String((each as { label?: unknown }).label ?? each)) : [];
  const labels: StoredLabel[] = [];
  for (const text of texts) labels.push((type === 'status' ? newStatusLabel : newDropdownLabel)(labels, text));
  return { labels, settings };
}
