import { hasLabels } from '../../../shared/mapping/mapping-checks.js';
import { COLUMN_TYPES, type ColumnType } from '../../../shared/mapping/mapping-schema.js';
import type { BoardColumn } from '../../../shared/monday/board-replies.js';
import { LABEL_LIMITS, labelsOf } from '../../../shared/monday/labels.js';
import type { Check } from '../check.js';
import { type Found, found, listed } from '../finding.js';
import { type MappedBoard, type MappedColumn, mappedBoards } from '../mapped-boards.js';

/** Fewer free places than this share of a column's limit are told. */
const SHORT_BELOW = 0.1;

/** Dropdown and status columns: room for further labels, and the labels that the mapping takes for granted. */
export const labels: Check = {
  name: 'labels',
  async run(site) {
    const boards = mappedBoards(await site.mapping.get(), await site.boards.get());
    const seen = boards.flatMap(({ of, boardId, live, columns }: MappedBoard) =>
      columns.flatMap((column) => {
        const shown = live.get(column.id);
        return shown === undefined || shown.archived || !isLabelled(shown.type) ? [] : [{ of, boardId, column, shown }];
      }),
    );
    return {
      summary: `${seen.length} dropdown and status columns`,
      found: seen.flatMap(({ boardId, column, shown }) => [
        ...roomProblem(boardId, column, shown),
        ...missingLabels(boardId, column, shown),
      ]),
    };
  },
};

function isLabelled(type: string): type is keyof typeof LABEL_LIMITS {
  return (COLUMN_TYPES as readonly string[]).includes(type) && hasLabels(type as ColumnType);
}

/** Only where labels may be made does it matter how many more there can be. */
function roomProblem(boardId: string, { title, createLabels }: MappedColumn, shown: BoardColumn): Found[] {
  if (!createLabels || !isLabelled(shown.type)) return [];
  const limit = LABEL_LIMITS[shown.type];
  const free = Math.max(0, limit - labelsOf(shown).length);
  if (free >= limit * SHORT_BELOW) return [];
  const what = `The column "${title}" (${shown.id}) has room for ${free} more of ${limit} labels.`;
  return [found(free === 0 ? 'LABELS_FULL' : 'LABELS_SHORT', { subject: `${boardId} ${shown.id}`, what })];
}

function missingLabels(boardId: string, column: MappedColumn, shown: BoardColumn): Found[] {
  if (column.createLabels) return [];
  const known = new Set(labelsOf(shown).flatMap(({ label, active }) => (active ? [label] : [])));
  const missing = (column.labels ?? []).filter((label) => !known.has(label)).map((label) => `"${label}"`);
  if (missing.length === 0) return [];
  const what = `The column "${column.title}" (${shown.id}) has no label ${listed(missing)}.`;
  return [found('LABEL_MISSING', { subject: `${boardId} ${shown.id}`, what })];
}
