import { COLUMN_TYPES, type ColumnType } from '../../../shared/mapping/column-types.js';
import { hasLabels } from '../../../shared/mapping/mapping-checks.js';
import type { BoardColumn } from '../../../shared/monday/board-replies.js';
import { LABEL_LIMITS, type Label, readLabels } from '../../../shared/monday/label-settings.js';
import { type MappedBoard, type MappedColumn, mappedBoards } from '../examine.js';
import type { Check } from '../finding.js';
import { type Found, found, listed } from '../finding.js';

/** Fewer free places than this share of a column's limit are told. */
const SHORT_BELOW = 0.1;

/** A dropdown or status column that the mapping writes to, as the board has it. */
export interface LabelColumn {
  subject: string;
  column: MappedColumn;
  kind: keyof typeof LABEL_LIMITS;
  /** undefined: the settings cannot be read. */
  labels: readonly Label[] | undefined;
}

/** Dropdown and status columns: room for further labels, and the labels that the mapping takes for granted. */
export const labels: Check = {
  name: 'labels',
  async run(site) {
    const seen = labelColumns(mappedBoards(await site.mapping.get(), await site.boards.get()));
    return {
      summary: `${seen.length} dropdown and status columns`,
      found: seen.flatMap((each) => (each.labels === undefined ? [unreadable(each)] : problemsOf(each, each.labels))),
    };
  },
};

export function labelColumns(boards: readonly MappedBoard[]): LabelColumn[] {
  return boards.flatMap(({ boardId, live, columns }) =>
    columns.flatMap((column): LabelColumn[] => {
      const shown = live.get(column.id);
      return shown === undefined || shown.archived ? [] : shownLabels(`${boardId} ${column.id}`, column, shown);
    }),
  );
}

function shownLabels(subject: string, column: MappedColumn, { type, settings }: BoardColumn): LabelColumn[] {
  return isLabelled(type) ? [{ subject, column, kind: type, labels: readLabels(settings) }] : [];
}

function isLabelled(type: string): type is keyof typeof LABEL_LIMITS {
  return (COLUMN_TYPES as readonly string[]).includes(type) && hasLabels(type as ColumnType);
}

function unreadable({ subject, column }: LabelColumn): Found {
  const what = `The labels of the column "${column.title}" (${column.id}) cannot be read: its settings do not have the expected format.`;
  return found('LABELS_UNREADABLE', { subject, what });
}

function problemsOf(shown: LabelColumn, all: readonly Label[]): Found[] {
  return shown.column.createLabels
    ? [...roomProblem(shown, all), ...dormant('LABEL_DORMANT', shown, deactivated(all))]
    : missingLabels(shown, all);
}

/** Only where labels may be made does it matter how many more there can be. */
function roomProblem({ subject, column, kind }: LabelColumn, all: readonly Label[]): Found[] {
  const limit = LABEL_LIMITS[kind];
  const free = Math.max(0, limit - all.length);
  if (free >= limit * SHORT_BELOW) return [];
  const what = `The column "${column.title}" (${column.id}) has room for ${free} more of ${limit} labels.`;
  return [found(free === 0 ? 'LABELS_FULL' : 'LABELS_SHORT', { subject, what })];
}

/** Which labels lines can ask for, the mapping says of some columns; of the others every deactivated one is told. */
function missingLabels(shown: LabelColumn, all: readonly Label[]): Found[] {
  const { subject, column } = shown;
  const active = new Set(all.flatMap(({ label, active: is }) => (is ? [label] : [])));
  const off = deactivated(all);
  const wanted = column.labels ?? off;
  const missing = wanted.filter((label) => !active.has(label) && !off.includes(label)).map((label) => `"${label}"`);
  const what = `The column "${column.title}" (${column.id}) has no label ${listed(missing)}.`;
  return [
    ...(missing.length === 0 ? [] : [found('LABEL_MISSING', { subject, what })]),
    ...dormant(
      'LABEL_DEACTIVATED',
      shown,
      off.filter((label) => wanted.includes(label)),
    ),
  ];
}

/** Texts that no active label has. */
function deactivated(all: readonly Label[]): string[] {
  const active = new Set(all.filter((each) => each.active).map(({ label }) => label));
  return all.flatMap(({ label, active: is }) => (is || label === '' || active.has(label) ? [] : [label]));
}

function dormant(
  code: 'LABEL_DORMANT' | 'LABEL_DEACTIVATED',
  { subject, column }: LabelColumn,
  texts: readonly string[],
): Found[] {
  if (texts.length === 0) return [];
  const what = `The column "${column.title}" (${column.id}) has deactivated ${listed(texts.map((text) => `"${text}"`))}.`;
  return [found(code, { subject, what })];
}
