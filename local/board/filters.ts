import { ApiError } from './api-error.js';
import { cellText } from './column-text.js';
import { canonicalNumber } from './column-types.js';
import { labelIdsOf } from './labels.js';
import type { Board, Column, Item } from './model.js';
import type { ReadLag, Seen } from './read-lag.js';
import type { AccountState } from './state.js';

export interface ColumnQuery {
  column_id: string;
  column_values: (string | null)[];
}

export interface FilterRule {
  column_id: string;
  compare_value: unknown;
  operator: 'any_of' | 'not_any_of' | 'is_empty' | 'is_not_empty' | 'contains_text';
}

export interface ItemsQuery {
  ids?: string[];
  operator?: 'and' | 'or';
  rules?: FilterRule[];
}

const UNSEARCHABLE = new Set([
  'mirror',
  'formula',
  'item_id',
  'board_relation',
  'auto_number',
  'subtasks',
  'last_updated',
  'creation_log',
]);

/** Searches as filters do: active items only, and those as filters have come to see them. */
export class Filters {
  readonly #state: AccountState;
  readonly #lag: ReadLag;
  readonly #now: number;
  /** Items younger than this are not seen by this request at all. */
  readonly #createdBefore: number;

  constructor(state: AccountState, lag: ReadLag, now: number, lagMs: number) {
    this.#state = state;
    this.#lag = lag;
    this.#now = now;
    this.#createdBefore = lagMs > 0 ? now - lagMs : Number.POSITIVE_INFINITY;
  }

  /** AND between columns, any of the values inside one. */
  byColumnValues(board: Board, columns: readonly ColumnQuery[]): Item[] {
    const checks = columns.map((query) => ({ query, column: searchableColumn(board, query.column_id) }));
    return this.#keep(this.#candidates(board, columns), (seen) =>
      checks.every(({ query, column }) => query.column_values.some((wanted) => matches(seen, column, wanted ?? ''))),
    );
  }

  byQuery(board: Board, groupId: string | null, query: ItemsQuery): Item[] {
    const rules = (query.rules ?? []).map((rule) => ({ rule, column: searchableColumn(board, rule.column_id) }));
    const ids = query.ids === undefined ? null : new Set(query.ids);
    return this.#keep(this.#state.itemsOf(board), (seen) => {
      if (groupId !== null && seen.groupId !== groupId) return false;
      if (ids !== null && !ids.has(seen.id)) return false;
      if (rules.length === 0) return true;
      const passes = ({ rule, column }: (typeof rules)[number]) => passesRule(seen, column, rule);
      return query.operator === 'or' ? rules.some(passes) : rules.every(passes);
    });
  }

  #keep(candidates: Iterable<Item>, wanted: (seen: Seen) => boolean): Item[] {
    const kept: Item[] = [];
    for (const item of candidates) {
      if (Date.parse(item.createdAt) > this.#createdBefore) continue;
      const seen = this.#lag.seen(item, this.#now);
      if (seen?.state === 'active' && wanted(seen)) kept.push(item);
    }
    return kept;
  }

  /** The index gives the few that may match; without a text column to look up, all are looked at. */
  #candidates(board: Board, columns: readonly ColumnQuery[]): Item[] {
    const indexed = columns.find(({ column_id: id }) => ['text', 'name'].includes(board.columns.get(id)?.type ?? ''));
    if (indexed === undefined || indexed.column_values.some((text) => (text ?? '') === '')) {
      return this.#state.itemsOf(board);
    }
    const ids = new Set<string>();
    for (const text of indexed.column_values) {
      for (const id of this.#state.index.find(board.id, indexed.column_id, text ?? '')) ids.add(id);
    }
    for (const id of this.#lag.ids()) ids.add(id);
    const items = [...ids].flatMap((id) => this.#state.items.get(id) ?? []);
    return items.filter((item) => item.boardId === board.id).sort((one, other) => Number(one.id) - Number(other.id));
  }
}

function searchableColumn(board: Board, id: string): Column {
  const column = board.columns.get(id);
  if (column === undefined || column.archived)
    throw new ApiError('InvalidColumnIdException', `Column not found: ${id}`);
  if (UNSEARCHABLE.has(column.type)) {
    throw new ApiError(
      'InvalidColumnTypeException',
      `Items cannot be searched by a column of the type ${column.type}.`,
    );
  }
  return column;
}

function textOf(seen: Seen, column: Column): string {
  return column.type === 'name' ? seen.name : (cellText(column, seen.values[column.id] ?? null) ?? '');
}

function matches(seen: Seen, column: Column, wanted: string): boolean {
  const text = textOf(seen, column);
  if (column.type === 'numbers') return canonicalNumber(text) === canonicalNumber(wanted);
  if (column.type === 'dropdown') return text.toLowerCase().includes(wanted.toLowerCase());
  if (column.type === 'timeline') return text.startsWith(wanted) && wanted !== '';
  return text.toLowerCase() === wanted.toLowerCase();
}

function passesRule(seen: Seen, column: Column, rule: FilterRule): boolean {
  const text = textOf(seen, column);
  const wanted = (Array.isArray(rule.compare_value) ? rule.compare_value : [rule.compare_value]).map(String);
  switch (rule.operator) {
    case 'is_empty':
      return text === '';
    case 'is_not_empty':
      return text !== '';
    case 'contains_text':
      return wanted.some((part) => text.toLowerCase().includes(part.toLowerCase()));
    default: {
      const found = isAnyOf(seen, column, text, rule.compare_value);
      return rule.operator === 'any_of' ? found : !found;
    }
  }
}

/** Labels are asked for by their ids as numbers, a date as `["EXACT", "2026-11-23"]`, all else by the exact text. */
function isAnyOf(seen: Seen, column: Column, text: string, compared: unknown): boolean {
  const wanted: unknown[] = Array.isArray(compared) ? compared : [compared];
  switch (column.type) {
    case 'status':
    case 'dropdown':
      return labelIdsOf(seen, column.id).some((id) => wanted.includes(id));
    case 'date':
      return wanted[0] === 'EXACT' && text.slice(0, 10) === wanted[1];
    default:
      return wanted.map(String).includes(text);
  }
}
