import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonText } from '../ground/parsing.js';
import type { Queryable } from '../warehouse/port/warehouse.js';
import { blocksOf } from './blocks.js';
import { rowOf } from './rows.js';
import { LABELS } from './schema/board-tables.js';

// MON_Label: labels as the board returned them.

const blocks = blocksOf('labels');

const select = blocks.rows(
  'select-labels',
  { board_id: 'bigint' },
  rowOf(LABELS, ['column_id', 'sent_text', 'label_id', 'label_text'])
    .extend({ known_ids: jsonText(z.array(z.number())).nullable() })
    .transform((row) => ({
      columnId: row.column_id,
      sentText: row.sent_text,
      knownIds: row.known_ids,
      labelId: row.label_id,
      labelText: row.label_text,
    })),
);

/**
 * A label that was requested by `sentText`. While the answer is awaited, `knownIds` are the ids that the column had before;
 * afterwards the label that came back is set.
 */
export type RememberedLabel = Awaited<ReturnType<typeof select>>[number];

/** Labels of a board that may have come back with another text than was sent. */
export function readRememberedLabels(queryable: Queryable, boardId: string): Promise<RememberedLabel[]> {
  return select(queryable, { board_id: boardId });
}

const VALUES = {
  board_id: 'bigint',
  column_id: 'text',
  text_hash: 'text',
  known_ids: 'text?',
  label_id: 'int?',
  label_text: 'text?',
  now: 'datetime',
} as const;
const update = blocks.touches('update-label', VALUES);
const insert = blocks.touches('insert-label', { ...VALUES, sent_text: 'text' });

/** Stores what is now known about a label, whatever was known before. */
export async function rememberLabel(
  transaction: Queryable,
  boardId: string,
  { columnId, sentText, knownIds, labelId, labelText }: Readonly<RememberedLabel>,
  now: Date,
): Promise<void> {
  const values = {
    board_id: boardId,
    column_id: columnId,
    // Texts may be longer than a key.
    text_hash: createHash('sha256').update(sentText).digest('hex'),
    known_ids: knownIds === null ? null : JSON.stringify(knownIds),
    label_id: labelId,
    label_text: labelText,
    now,
  };
  if ((await update(transaction, values)) > 0) return;
  await insert(transaction, { ...values, sent_text: sentText });
}
