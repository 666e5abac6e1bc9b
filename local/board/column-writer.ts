import { ApiError } from './api-error.js';
import { LABEL_LIMITS } from './column-values.js';
import type { Board, Column, ColumnType, Label } from './model.js';
import type { Store } from './store.js';

export interface NewColumn {
  id: string | undefined;
  title: string;
  type: ColumnType;
  description: string | undefined;
  after: string | undefined;
  defaults: unknown;
}

export interface LabelUpdate {
  revision: string;
  title: string | undefined;
  description: string | undefined;
  labels: (Omit<Label, 'id'> & { id?: number })[] | undefined;
}

/** Writes columns and their labels, for the request of that number. */
export class ColumnWriter {
  readonly #store: Store;
  readonly #request: number;

  constructor(store: Store, request: number) {
    this.#store = store;
    this.#request = request;
  }

  create(board: Board, wanted: NewColumn): Column {
    const id = wanted.id ?? `${wanted.type}_${(board.columns.size + board.deletedColumns.size).toString(36)}`;
    if (wanted.id !== undefined && !/^[a-z_][a-z0-9_]{0,23}$/.test(wanted.id)) {
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
    if (update.revision !== String(column.revision)) {
      throw new ApiError(
        'InvalidArgumentException',
        `The revision ${update.revision} is not the latest of the column.`,
      );
    }
    const labels = update.labels === undefined ? column.labels : replacedLabels(column, update.labels);
    if (labels.length > LABEL_LIMITS[type]) {
      throw new ApiError('InvalidArgumentException', `A ${type} column has at most ${LABEL_LIMITS[type]} labels.`);
    }
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

  #put(board: Board, column: Column, kind: string, after: string | null): void {
    this.#store.commit({ type: 'column', boardId: board.id, column, after });
    this.#store.commit({ type: 'effect', n: this.#request, effect: { kind, id: column.id, key: column.title } });
  }
}

function replacedLabels(column: Column, given: readonly (Omit<Label, 'id'> & { id?: number })[]): Label[] {
  const unknown = given.find(({ id }) => id !== undefined && !column.labels.some((label) => label.id === id));
  if (unknown !== undefined) {
    throw new ApiError('InvalidArgumentException', `The column has no label with the id ${String(unknown.id)}.`);
  }
  const texts = new Set(given.map(({ label }) => label));
  if (texts.size !== given.length) throw new ApiError('InvalidArgumentException', 'A label stands twice in the list.');
  const added = given.filter(({ id }) => id === undefined).length;
  const deleted = column.labels.filter(({ id }) => !given.some((label) => label.id === id)).length;
  if (deleted > 1 || (deleted > 0 && added > 0)) {
    throw new ApiError(
      'InvalidArgumentException',
      'One call deletes at most one label, and does not add others with it.',
    );
  }
  let last = Math.max(0, ...column.labels.map(({ id }) => id));
  return given.map((label) => {
    if (label.id === undefined) last += 1;
    return { is_deactivated: false, ...label, id: label.id ?? last };
  });
}

function settingsOf({ type, defaults }: NewColumn): Pick<Column, 'labels' | 'settings'> {
  const given: unknown = typeof defaults === 'string' ? JSON.parse(defaults) : (defaults ?? {});
  const settings = typeof given === 'object' && given !== null ? { ...(given as Record<string, unknown>) } : {};
  const listed = type === 'status' || type === 'dropdown' ? settings['labels'] : undefined;
  delete settings['labels'];
  const texts = Array.isArray(listed) ? listed.map((each) => String((each as { label?: unknown }).label ?? each)) : [];
  const labels = texts.map((label, place) => ({ id: place + 1, label, index: place, is_deactivated: false }));
  return { labels, settings };
}
