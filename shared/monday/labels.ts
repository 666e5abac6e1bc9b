import { z } from 'zod';
import { FixFirstError, TryAgainError } from '../ground/errors.js';
import { newUuid } from '../ground/ids.js';
import { type Answer, outcomeOfAlias } from './answer.js';
import { BoardReader } from './board.js';
import { decoded } from './board-replies.js';
import { serialise } from './client.js';
import { type Failure, waitBeforeRetry, wordsOf } from './errors.js';
import { PERMISSION_CODES, plainCode, refusalCode } from './failure-codes.js';
import { type LabelDraft, LabelLists } from './label-lists.js';
import { type Label, readLabels } from './label-settings.js';
import { composeMutation, type MutationField } from './operations.js';
import type { BoardAccess } from './queries.js';
import { LONGEST_WAIT_MS, untilDone } from './until-done.js';

/** For limits and lost answers. */
const MAX_ATTEMPTS = 5;
/** Some wrong values also cause a server error: after so many, the list counts as refused. */
const SERVER_ERRORS = 3;

const changedSchema = z
  .object({ settings: z.unknown(), revision: z.string() })
  .transform(({ settings, revision }, context) => {
    const labels = readLabels(decoded(settings));
    if (labels !== undefined) return { labels, revision };
    context.addIssue({ code: 'custom', message: 'the settings hold no list of labels' });
    return z.NEVER;
  });

/** Labels that columns of one board need, by column id. */
export type WantedLabels = ReadonlyMap<string, Iterable<string>>;

/** The labels of a column after the requests. A wanted label that is in none of these found no room. */
export interface MadeLabels {
  labels: readonly Label[];
  /** Why the board does not take a label, by its text. */
  refused: ReadonlyMap<string, string>;
  /** Labels that came back as another text, by the text that was sent. */
  changed: ReadonlyMap<string, Label>;
}

/** Stores what came back, so that a label that came back with another text is not requested again. */
export interface LabelMemory {
  /** A label is requested alone; the column has these ids so far. */
  asking(columnId: string, text: string, known: readonly number[]): Promise<void>;
  /** The label that the board created for the text; none if it refuses it. */
  told(columnId: string, text: string, label: Label | undefined): Promise<void>;
}

/**
 * Rule 20: creates the labels that columns of a board lack, activates deactivated ones, and returns what each column then
 * holds. A refusal concerns one label, or all labels of its column; only a refusal of everything is
 * thrown. The API replaces a column's whole list under a revision, so that each attempt starts from the current
 * list.
 */
export async function makeLabels(
  access: BoardAccess,
  boardId: string,
  wanted: WantedLabels,
  memory?: LabelMemory,
): Promise<Map<string, MadeLabels>> {
  const columns = [...wanted].map(([columnId, texts]) => new LabelLists(columnId, texts));
  let alone = false;
  return untilDone(access, async () => {
    await readColumns(access, boardId, columns);
    await noteChanged(memory, columns);
    const drafts = draftsOf(boardId, columns, alone);
    if (drafts.length === 0) return { done: new Map(columns.map((lists) => [lists.columnId, lists])) };
    await noteAsking(memory, drafts);
    const answer = await send(
      access,
      drafts.map(({ draft }) => draft.field),
    );
    const steps = drafts.map((drafted) => ({ ...drafted, step: take(answer, drafted, drafts.length) }));
    await noteTold(
      memory,
      steps.filter(({ step }) => step.kind === 'on'),
    );
    alone ||= steps.some(({ step }) => step.kind === 'alone');
    // Each column has its own number of attempts.
    return {
      again: steps.flatMap(({ step }) =>
        step.kind === 'again' ? [{ waitMs: waitBeforeRetry(step.failure, step.tries, access.clock) }] : [],
      ),
    };
  });
}

async function readColumns(access: BoardAccess, boardId: string, all: readonly LabelLists[]): Promise<void> {
  const stale = all.filter(({ isStale }) => isStale);
  if (stale.length === 0) return;
  const { columns } = await new BoardReader(access).shape(boardId);
  for (const lists of stale) {
    const column = columns.find(({ id, archived }) => id === lists.columnId && !archived);
    if (column === undefined)
      throw new FixFirstError('BOARD_COLUMN_MISSING', `Board ${boardId} has no column ${lists.columnId} any more.`);
    lists.read(column);
  }
}

interface Drafted {
  lists: LabelLists;
  draft: LabelDraft;
}

/** The next draft of each column; `alone`: of one column, because a request with several was refused as a whole. */
function draftsOf(boardId: string, columns: readonly LabelLists[], alone: boolean): Drafted[] {
  const drafts: Drafted[] = [];
  for (const [index, lists] of columns.entries()) {
    if (alone && drafts.length > 0) break;
    const draft = lists.draft(boardId, `labels${index}`);
    if (draft !== undefined) drafts.push({ lists, draft });
  }
  return drafts;
}

type LabelStep = { kind: 'on' } | { kind: 'alone' } | { kind: 'again'; failure: Failure; tries: number };

/** Applies the answer about one column. `together`: the number of columns in the request. */
function take(answer: Answer, { lists, draft }: Drafted, together: number): LabelStep {
  const outcome = outcomeOfAlias(answer, draft.field.alias, together === 1);
  const changed = changedSchema.safeParse(outcome.kind === 'done' ? outcome.data : undefined);
  if (changed.success) {
    lists.done(draft, changed.data);
    return { kind: 'on' };
  }
  lists.unread(draft);
  const failure = outcome.kind === 'done' ? UNREADABLE : outcome.failure;
  if (concernsAccount(failure)) throw accountError(failure, answer.requestId);
  const own = outcome.kind === 'failed' && answer.kind === 'answered';
  const isFinal = outcome.kind === 'failed' && (failure.reaction !== 'retry' || (own && isTooLong(failure)));
  if (isFinal || (isServerError(answer, failure) && lists.tries >= SERVER_ERRORS)) {
    if (answer.kind !== 'answered' && together > 1) return { kind: 'alone' };
    lists.refuse(draft, wordsOf(failure));
    return { kind: 'on' };
  }
  if (lists.tries < MAX_ATTEMPTS) return { kind: 'again', failure, tries: lists.tries };
  throw new TryAgainError(
    'BOARD_WRITE_FAILED',
    `The labels of column ${lists.columnId} could not be created: ${wordsOf(failure)}. Run the task again.`,
    { where: { requestId: answer.requestId } },
  );
}

/** A limit on one list that demands a longer wait than allowed. */
function isTooLong({ waitMs = 0 }: Failure): boolean {
  return waitMs > LONGEST_WAIT_MS;
}

const UNREADABLE: Failure = {
  code: 'UNREADABLE',
  message: 'the answer does not say which labels the column has',
  reaction: 'unknown',
  beforeExecution: false,
};

/** The server reported a failure of its own; a lost answer reports nothing. */
function isServerError(answer: Answer, failure: Failure): boolean {
  const said = answer.kind === 'answered' || (answer.kind === 'unknown' && answer.told !== undefined);
  return said && failure.reaction === 'unknown';
}

/** A token may write items but not change the board: lines that need no new label continue. */
const NO_PERMISSION = new Set(PERMISSION_CODES.map(plainCode));

/** Everything is refused, not only labels. */
function concernsAccount({ reaction, path, code }: Failure): boolean {
  return reaction === 'stop' && path === undefined && !NO_PERMISSION.has(plainCode(code));
}

function accountError(failure: Failure, requestId: string | undefined): Error {
  const where = { requestId };
  const said = `The board refused to create labels: ${wordsOf(failure)}.`;
  return plainCode(failure.code) === plainCode('DAILY_LIMIT_EXCEEDED')
    ? new TryAgainError(
        'DAILY_LIMIT_EXCEEDED',
        `${said} The account's daily calls are used up until midnight UTC. Run the task again then.`,
        { where },
      )
    : new FixFirstError(
        refusalCode(failure),
        `${said} Check the board, the token and its permissions, then run the task again.`,
        { where },
      );
}

/** The text of a draft that adds only one label. */
function onlyText({ added }: LabelDraft): string | undefined {
  return added.length === 1 ? added[0]?.text : undefined;
}

async function noteAsking(memory: LabelMemory | undefined, drafts: readonly Drafted[]): Promise<void> {
  for (const { lists, draft } of drafts) {
    const text = onlyText(draft);
    const known = lists.labels.map(({ id }) => id);
    if (text !== undefined) await memory?.asking(lists.columnId, text, known);
  }
}

async function noteTold(memory: LabelMemory | undefined, drafts: readonly Drafted[]): Promise<void> {
  for (const { lists, draft } of drafts) {
    const text = onlyText(draft);
    if (text !== undefined) await memory?.told(lists.columnId, text, lists.labelOf(text));
  }
}

async function noteChanged(memory: LabelMemory | undefined, columns: readonly LabelLists[]): Promise<void> {
  for (const { columnId, changed } of columns)
    for (const [text, label] of changed) await memory?.told(columnId, text, label);
}

/**
 * Under a new key each time: the revision prevents setting the same list twice, and under the key of a refused
 * attempt the API may return the same refusal for half an hour.
 */
function send(access: BoardAccess, fields: readonly MutationField[]): Promise<Answer> {
  const post = { body: serialise(composeMutation(fields)), idempotencyKey: newUuid() };
  const load: Partial<Record<MutationField['operation'], number>> = {};
  for (const { operation } of fields) load[operation] = (load[operation] ?? 0) + 1;
  return access.pace.schedule(load, () => access.client.send(post));
}
