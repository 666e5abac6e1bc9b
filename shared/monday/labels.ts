import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../errors.js';
import { newUuid } from '../ids.js';
import { outcomeOfAlias } from './answer.js';
import { BoardReader } from './board.js';
import { type BoardColumn, decoded } from './board-replies.js';
import { serialise } from './client.js';
import { type Failure, waitBeforeRetry } from './errors.js';
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

/** Labels that columns of one board shall have, by the id of the column. */
export type WantedLabels = ReadonlyMap<string, Iterable<string>>;

/**
 * Makes the labels that columns of a board lack, to the letter, and returns all that each column then holds. Labels for
 * which a column has no room, or that are too long for it, are left out: the caller finds them missing.
 * The API replaces a column's whole list under a revision, so each attempt starts from what the columns hold now: one
 * request that reads, one that writes.
 */
export async function makeLabels(
  access: BoardAccess,
  boardId: string,
  wanted: WantedLabels,
): Promise<Map<string, Label[]>> {
  const made = new Map<string, Label[]>();
  for (let attempt = 1; ; attempt++) {
    const lacking = await lackingColumns(access, boardId, wanted, made);
    if (lacking.length === 0) return made;
    const answer = await sendLabels(
      access,
      lacking.map((each, index) => replacement(boardId, each, aliasOf(index))),
    );
    const waits: number[] = [];
    for (const [index, { column }] of lacking.entries()) {
      const outcome = outcomeOfAlias(answer, aliasOf(index));
      if (outcome.kind === 'done') {
        made.set(column.id, labelsOf(changedSchema.parse(outcome.data)));
        continue;
      }
      refuseWhatStays(column, outcome.failure, answer.requestId, attempt);
      waits.push(waitBeforeRetry(outcome.failure, attempt, access.clock));
    }
    if (waits.length > 0) await access.clock.wait(Math.max(...waits), access.signal);
  }
}

interface Lacking {
  column: BoardColumn;
  labels: readonly Label[];
  added: readonly string[];
}

/** Columns that still lack a label; those that lack none are put into `made`. */
async function lackingColumns(
  access: BoardAccess,
  boardId: string,
  wanted: WantedLabels,
  made: Map<string, Label[]>,
): Promise<Lacking[]> {
  const open = [...wanted].filter(([columnId]) => !made.has(columnId));
  if (open.length === 0) return [];
  const { columns } = await new BoardReader(access).shape(boardId);
  return open.flatMap(([columnId, texts]) => {
    const column = columns.find((each) => each.id === columnId && !each.archived);
    if (column === undefined) throw new FixFirstError(`Board ${boardId} has no column ${columnId} any more.`);
    const labels = labelsOf(column);
    const added = addable(column, labels, texts);
    if (added.length > 0) return [{ column, labels, added }];
    made.set(columnId, labels);
    return [];
  });
}

function refuseWhatStays(column: BoardColumn, failure: Failure, requestId: string | undefined, attempt: number): void {
  const where = { requestId };
  const said = `The labels of column "${column.title}" could not be made: ${failure.code}, ${failure.message}.`;
  if (failure.reaction === 'stop') {
    throw new FixFirstError(`${said} Let the token's user change the board, or add them by hand.`, { where });
  }
  if (attempt >= MAX_ATTEMPTS) throw new TryAgainError(`${said} Run the task again.`, { where });
}

const aliasOf = (index: number): string => `labels${index}`;

function kindOf(column: BoardColumn): keyof typeof LABEL_LIMITS {
  if (column.type === 'dropdown' || column.type === 'status') return column.type;
  throw new FixFirstError(`Column "${column.title}" is of type ${column.type}, which has no labels.`);
}

function addable(column: BoardColumn, labels: readonly Label[], wanted: Iterable<string>): string[] {
  const kind = kindOf(column);
  const known = new Set(labels.map((each) => each.label));
  const missing = [...new Set(wanted)].filter(
    (label) => label !== '' && !known.has(label) && (kind === 'dropdown' || label.length <= STATUS_LABEL_LENGTH),
  );
  return missing.slice(0, Math.max(0, LABEL_LIMITS[kind] - labels.length));
}

/** The mutation that replaces the column's list by what it holds and what is added. */
function replacement(boardId: string, { column, labels, added }: Lacking, alias: string): MutationField {
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
    alias,
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

/**
 * Under a new key each time: the revision keeps the same list from being set twice, and under the key of an attempt that
 * was refused the API may give the same refusal again for half an hour.
 */
async function sendLabels(access: BoardAccess, fields: readonly MutationField[]) {
  const post = { body: serialise(composeMutation(fields)), idempotencyKey: newUuid() };
  const load: Partial<Record<MutationField['operation'], number>> = {};
  for (const { operation } of fields) load[operation] = (load[operation] ?? 0) + 1;
  return access.pace.schedule(load, () => access.client.send(post));
}
