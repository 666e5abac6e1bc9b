import { bare } from '../../../../shared/ground/text.js';
import { COLUMN_TYPES } from '../../../../shared/mapping/column-types.js';
import type { ColumnType } from '../../../../shared/mapping/mapping.js';
import type { BoardColumn, BoardShape } from '../../../../shared/monday/board-replies.js';
import { isCreatableId } from '../../../../shared/monday/columns.js';
import { readLabels } from '../../../../shared/monday/label-settings.js';
import type { ProposedKey, ProposedSubitem } from './proposal.js';
import { wordsOfTitle } from './words.js';

/** A column of a board that values can be written to. */
export interface WritableColumn {
  id: string;
  title: string;
  type: ColumnType;
  /** The texts of its active labels. */
  labels: readonly string[];
}

export function writableColumns({ columns }: BoardShape): WritableColumn[] {
  return columns.flatMap(({ id, title, type, archived, settings }) =>
    archived || !isColumnType(type) ? [] : [{ id, title, type, labels: activeLabels(settings) }],
  );
}

function isColumnType(type: string): type is ColumnType {
  return (COLUMN_TYPES as readonly string[]).includes(type);
}

function activeLabels(settings: BoardColumn['settings']): string[] {
  return (readLabels(settings) ?? []).flatMap(({ label, active }) => (active && label !== '' ? [label] : []));
}

const KEY = { id: 'line_key', title: 'line_key' };

/** The text column that was made for the key, by its name, or one that doctor can make. */
export function keyColumnOf(columns: readonly WritableColumn[]): ProposedKey {
  const own = columns.filter(({ id, type }) => type === 'text' && isCreatableId(id));
  const named = own.find(({ id, title }) => [id, title].some((each) => bare(each) === bare(KEY.id)));
  const found = named ?? own.find(({ title }) => wordsOfTitle(title).at(-1) === 'key');
  if (found === undefined) return { ...KEY, note: 'doctor --fix makes it' };
  return {
    id: found.id,
    title: found.title,
    note: named === undefined ? 'By its title; it must be empty, or ours.' : undefined,
  };
}

/** Where sizes and quantities go: columns that say so, or ones that doctor can make. */
export function subitemOf(subitems: BoardShape | undefined): ProposedSubitem {
  const columns = subitems === undefined ? [] : writableColumns(subitems);
  const label = best(
    columns.filter(({ type }) => type === 'dropdown' || type === 'status' || type === 'text'),
    ['size', 'label'],
  );
  const quantity = best(
    columns.filter(({ type }) => type === 'numbers'),
    ['order', 'ordered', 'quantity', 'pieces', 'units'],
  );
  const made = 'the board has none that says so; doctor --fix makes it';
  return {
    key: keyColumnOf(columns),
    label:
      label === undefined ? { id: 'size', title: 'Size', type: 'dropdown', note: made } : { ...label, note: undefined },
    quantity:
      quantity === undefined
        ? { id: 'quantity', title: 'Quantity', type: 'numbers', note: made }
        : { ...quantity, note: undefined },
  };
}

/** The column with the most of these words in its title; of several, the first. */
function best(columns: readonly WritableColumn[], words: readonly string[]): WritableColumn | undefined {
  const scored = columns.map((column) => ({
    column,
    score: wordsOfTitle(column.title).filter((word) => words.includes(word)).length,
  }));
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)[0]?.column;
}
