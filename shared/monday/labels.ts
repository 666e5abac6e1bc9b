import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../errors.js';
import { uuidV5 } from '../ids.js';
import { outcomeOfAlias } from './answer.js';
import { BoardReader } from './board.js';
import { type BoardColumn, decoded } from './board-replies.js';
import { serialise } from './client.js';
import { waitBeforeRetry } from './errors.js';
import { composeMutation, type MutationField } from './operations.js';
import type { BoardAccess } from './queries.js';
import { nextStatusPlace } from './status-places.js';

/** The vendor's limits. */
export const LABEL_LIMITS = { dropdown: 500, status: 40 } as const;
const STATUS_LABEL_LENGTH = 30;
const MAX_ATTEMPTS = 5;

/** A label of a dropdown or status column. `index` and `color` belong to status labels: place and colour. */
export interface Label {
  id: number;
  label: string;
  active: boolean;
  index?: number;
  color?: string;
  done?: boolean;
  description?: string;
}

const labelSchema = z
  .object({
    id: z.coerce.number().int(),
    label: z.string().optional(),
    name: z.string().optional(),
    index: z.number().int().nullish(),
    color: z.string().nullish().catch(undefined),
    description: z.string().nullish(),
    is_done: z.boolean().nullish(),
    is_deactivated: z.boolean().nullish(),
  })
  .transform(
    (each): Label => ({
      id: each.id,
      label: each.label ?? each.name ?? '',
      active: each.is_deactivated !== true,
      ...(each.index == null ? {} : { index: each.index }),
      ...(each.color == null ? {} : { color: each.color }),
      ...(each.is_done == null ? {} : { done: each.is_done }),
      ...(each.description == null ? {} : { description: each.description }),
    }),
  );

/** Older status settings: a map from id to text. */
const labelMapSchema = z
  .record(z.string(), z.string())
  .transform((map) => Object.entries(map).map(([id, label]): Label => ({ id: Number(id), label, active: true })));
const changedSchema = z.object({ settings: z.unknown().transform(decoded) });
const settingsSchema = z.object({ labels: z.union([z.array(labelSchema), labelMapSchema]) });

/** The labels that a column's settings hold; none when the column has no such settings yet. */
export function labelsOf(column: Pick<BoardColumn, 'settings'>): Label[] {
  const settings = settingsSchema.safeParse(column.settings);
  return settings.success ? settings.data.labels : [];
}

/**
 * Makes the labels a column lacks, to the letter, and returns all it then holds. Labels for which the column has no
 * room, or that are too long for it, are left out: the caller finds them missing.
 * The API replaces the whole list under a revision, so each attempt starts from what the column holds now.
 */
export async function makeLabels(
  access: BoardAccess,
  boardId: string,
  columnId: string,
  wanted: readonly string[],
): Promise<Label[]> {
  const reader = new BoardReader(access);
  for (let attempt = 1; ; attempt++) {
    const column = (await reader.shape(boardId)).columns.find((each) => each.id === columnId && !each.archived);
    if (column === undefined) throw new FixFirstError(`Board ${boardId} has no column ${columnId} any more.`);
    const labels = labelsOf(column);
    const added = addable(column, labels, wanted);
    if (added.length === 0) return labels;
    const answer = await sendLabels(access, replacement(boardId, column, labels, added));
    const outcome = outcomeOfAlias(answer, 'labels');
    if (outcome.kind === 'done') return labelsOf(changedSchema.parse(outcome.data));
    const { failure } = outcome;
    const where = { requestId: answer.requestId };
    const said = `The labels of column "${column.title}" could not be made: ${failure.code}, ${failure.message}.`;
    if (failure.reaction === 'stop') {
      throw new FixFirstError(`${said} Let the token's user change the board, or add them by hand.`, { where });
    }
    if (attempt >= MAX_ATTEMPTS) throw new TryAgainError(`${said} Run the task again.`, { where });
    await access.clock.wait(waitBeforeRetry(failure, attempt, access.clock), access.signal);
  }
}

function kindOf(column: BoardColumn): keyof typeof LABEL_LIMITS {
  if (column.type === 'dropdown' || column.type === 'status') return column.type;
  throw new FixFirstError(`Column "${column.title}" is of type ${column.type}, which has no labels.`);
}

function addable(column: BoardColumn, labels: readonly Label[], wanted: readonly string[]): string[] {
  const kind = kindOf(column);
  const known = new Set(labels.map((each) => each.label));
  const missing = [...new Set(wanted)].filter(
    (label) => label !== '' && !known.has(label) && (kind === 'dropdown' || label.length <= STATUS_LABEL_LENGTH),
  );
  return missing.slice(0, Math.max(0, LABEL_LIMITS[kind] - labels.length));
}

/** The mutation that replaces the column's list by what it holds and what is added. */
function replacement(
  boardId: string,
  column: BoardColumn,
  labels: readonly Label[],
  added: readonly string[],
): MutationField {
  const status = kindOf(column) === 'status';
  const kept = labels.map((each) => (status ? keptStatusLabel(column, each) : keptLabel(each)));
  const places = labels.map(({ index, color }) => ({ index, color }));
  const fresh = added.map((label) => {
    if (!status) return { label };
    const place = nextStatusPlace(places);
    places.push(place);
    return { label, ...place };
  });
  return {
    alias: 'labels',
    operation: status ? 'updateStatusLabels' : 'updateDropdownLabels',
    variables: { boardId, columnId: column.id, revision: column.revision, labels: [...kept, ...fresh] },
  };
}

function keptLabel(each: Label) {
  return { id: each.id, label: each.label, ...(each.active ? {} : { is_deactivated: true }) };
}

function keptStatusLabel(column: BoardColumn, each: Label) {
  if (each.color === undefined || each.index === undefined) {
    throw new FixFirstError(
      `The board does not say which colours the labels of column "${column.title}" have: add the missing labels by hand.`,
    );
  }
  return {
    ...keptLabel(each),
    color: each.color,
    index: each.index,
    ...(each.done === undefined ? {} : { is_done: each.done }),
    ...(each.description === undefined ? {} : { description: each.description }),
  };
}

async function sendLabels(access: BoardAccess, field: MutationField) {
  const body = serialise(composeMutation([field]));
  const post = { body, idempotencyKey: uuidV5(`labels|${body}`) };
  const signal = access.signal === undefined ? {} : { signal: access.signal };
  return access.pace.schedule({ [field.operation]: 1 }, () => access.client.send({ ...post, ...signal }));
}
