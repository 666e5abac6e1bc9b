import { COLUMN_TYPES } from '../../../shared/mapping/column-types.js';
import { ColumnRefusedError, isCreatableId, makeColumn } from '../../../shared/monday/columns.js';
import { withBoard } from '../../../shared/store/locks.js';
import { type MappedBoard, type MappedColumn, mappedBoards } from '../examine.js';
import type { Check, FixHearer } from '../finding.js';
import { type Found, found } from '../finding.js';
import type { Site } from '../site.js';

/** The columns of both boards against the mapping: id, type, and whether they can be written to. */
export const columns: Check = {
  name: 'columns',
  async run(site) {
    const boards = mappedBoards(await site.mapping.get(), await site.boards.get());
    const counted = boards.map(({ of, columns: mapped }) => `${mapped.length + 1} of the ${of}`);
    return {
      summary: `${counted.join(' and ')}, the key columns included`,
      found: boards.flatMap((board) => [
        ...keyProblem(board),
        ...otherKeyProblems(board),
        ...board.columns.flatMap((column) => columnProblem(board, column)),
      ]),
    };
  },
  fix: makeMissing,
};

/** A key column of another pipeline is read, never made or written. */
function otherKeyProblems({ of, live, key, boardId }: MappedBoard): Found[] {
  return key.others
    .filter((id) => live.get(id)?.archived !== false)
    .map((id) =>
      found('OTHER_KEY_MISSING', {
        subject: `${boardId} ${id}`,
        what: `The ${of} have no column "${id}", which the mapping names as a key of another pipeline.`,
      }),
    );
}

function keyProblem({ of, live, key, boardId }: MappedBoard): Found[] {
  const column = live.get(key.id);
  const subject = `${boardId} ${key.id}`;
  if (column === undefined)
    return [found('KEY_COLUMN_MISSING', { subject, what: `The ${of} have no key column "${key.id}".` })];
  if (column.archived)
    return [found('BOARD_COLUMN_ARCHIVED', { subject, what: `The key column "${key.id}" of the ${of} is archived.` })];
  if (column.type === 'text') return [];
  const what = `The key column "${key.id}" of the ${of} is of type ${column.type}, not text.`;
  return [found('KEY_COLUMN_UNFIT', { subject, what })];
}

function columnProblem({ of, live, boardId }: MappedBoard, { id, title, type }: MappedColumn): Found[] {
  const column = live.get(id);
  const subject = `${boardId} ${id}`;
  const say = (code: Parameters<typeof found>[0], what: string): Found[] => [found(code, { subject, what })];
  if (column === undefined) {
    const code = isCreatableId(id) ? 'BOARD_COLUMN_CREATABLE' : 'BOARD_COLUMN_MISSING';
    return say(code, `The ${of} have no column "${title}" (${id}).`);
  }
  if (column.archived) return say('BOARD_COLUMN_ARCHIVED', `The column "${title}" (${id}) of the ${of} is archived.`);
  const is = `The column "${title}" (${id}) of the ${of} is of type ${column.type}`;
  if (!isWritable(column.type)) return say('BOARD_COLUMN_READ_ONLY', `${is}, which takes no values.`);
  if (column.type !== type) return say('BOARD_COLUMN_TYPE', `${is}, and the mapping says ${type}.`);
  if (column.title === title) return [];
  return say('BOARD_COLUMN_RENAMED', `The column "${title}" (${id}) of the ${of} is now called "${column.title}".`);
}

function isWritable(type: string): boolean {
  return (COLUMN_TYPES as readonly string[]).includes(type);
}

/** Makes the columns whose ids are ours to choose, under the lock of the push that would need them. */
async function makeMissing(site: Site, hearer: FixHearer): Promise<void> {
  const database = await site.warehouse.get();
  const { access } = (await site.account.get()).connection;
  const boards = mappedBoards(await site.mapping.get(), await site.boards.get());
  await withBoard(database, site.need('MONDAY_BOARD_ID'), site.patience(), async () => {
    const wanted = (columnsOf: (board: MappedBoard) => readonly { id: string; title: string; type: string }[]) =>
      boards.flatMap((board) =>
        columnsOf(board)
          .filter(({ id }) => !board.live.has(id) && isCreatableId(id))
          .map((column) => ({ ...board, column })),
      );
    // Without the keys nothing can be pushed: they are made even if a lost answer ends the rest.
    const keysFirst = [...wanted(({ key }) => [{ ...key, type: 'text' }]), ...wanted((board) => board.columns)];
    for (const { boardId, of, column } of keysFirst) {
      const { id, title, type } = column;
      try {
        if (await makeColumn(access, boardId, { id, title, type }))
          hearer.done(`Created the column "${title}" (${id}, ${type}) of the ${of} on board ${boardId}.`);
      } catch (error) {
        // The board keeps its id for a deleted one, say: that keeps no other column from being made.
        if (!(error instanceof ColumnRefusedError)) throw error;
        hearer.failed(`${boardId} ${id}`, error);
      }
    }
  });
}
