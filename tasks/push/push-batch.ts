import { followedBy } from '../../shared/ground/followed-by.js';
import { plural } from '../../shared/ground/text.js';
import { addUsage, recentMutationMs, setForecast } from '../../shared/store/batch-figures.js';
import { assertOwner, closePush, noteError, refuseOtherMapping } from '../../shared/store/batches.js';
import {
  addCalls,
  refuseOtherBoard,
  rememberBoard,
  rememberDailyCalls,
  rememberSubitemsBoard,
} from '../../shared/store/boards.js';
import { forgetRequests } from '../../shared/store/requests.js';
import { releaseSending, settleRekeyed } from '../../shared/store/staging.js';
import { auditSuspects } from './audit/settle-suspects.js';
import { type LoadedLines, loadLines } from './lines/load-lines.js';
import { openBoard } from './lines/opening.js';
import { LinePusher } from './lines/push-lines.js';
import type { Session } from './lines/session.js';
import { readBoard } from './model/board-state.js';
import { type Connection, notCounted } from './model/connect.js';
import { PushStopped } from './model/stopping.js';
import { type Forecast, forecastOf } from './plan/forecast.js';
import { createsOf, refuseForeignOrders } from './plan/foreign-orders.js';
import { BoardWatch } from './send/board-watch.js';
import { Sender } from './send/sender.js';
import { stageFurtherSizes } from './write/settle.js';
import { readTotals } from './write/totals.js';

type Push = Connection &
  Pick<Session, 'batch' | 'ownerToken' | 'stop' | 'settleMs' | 'checkpoint' | 'waveLines' | 'progress'>;

/** What a push has used of the account, and what it could not do for lack of room. */
export interface Pushed {
  used: { requests: number; points: number };
  full?: FullBoard;
}

/** Lines that wait until the board accepts more items. */
export interface FullBoard {
  itemsWaiting: number;
  /** How many items the board accepts in all, if it says so. */
  itemsLimit?: number;
}

/** Pushes what is open of a batch that is ours. */
export async function pushBatch(push: Push): Promise<Pushed> {
  const { warehouse, batch, boardId, stop, pace, log } = push;
  refuseOtherMapping(batch, push.mapping);
  await refuseOtherBoard(warehouse, boardId);
  const full = await followedBy(
    () => pushOpen(push),
    () => noteUsage(push),
    notCounted(log),
  );
  if (stop.signal.aborted && !(stop.signal.reason instanceof PushStopped)) throw stop.signal.reason;
  await forgetRequests(warehouse, boardId);
  await finishPush(push);
  // What an earlier push has noted is over; of a full board nothing else would tell why the batch stays open.
  await noteError(
    warehouse,
    { batchId: batch.batchId, ownerToken: push.ownerToken },
    full === undefined ? null : fullBoardText(full),
  );
  if (stop.signal.aborted)
    log.warn(`${(stop.signal.reason as Error).message} What is left stays pending.`, { batchId: batch.batchId });
  return { used: pace.totals, ...(full === undefined ? {} : { full }) };
}

/** What could not be done for lack of room; a push that is to stop ends as if it were through. */
async function pushOpen(push: Push): Promise<FullBoard | undefined> {
  const { signal } = push.stop;
  let full: FullBoard | undefined;
  try {
    await auditSuspects(push);
    const loaded = await takeUp(push);
    if (loaded.lines.length > 0) full = await pushLines(push, loaded);
    await auditSuspects(push);
  } catch (error) {
    if (!(signal.aborted && error === signal.reason && error instanceof PushStopped)) throw error;
  }
  return full;
}

/** Takes over what an earlier push left: its unanswered sends, and the rows it was sending. */
async function takeUp({ warehouse, ledger, mapping, policy, batch, ownerToken, clock }: Push): Promise<LoadedLines> {
  const { batchId } = batch;
  const now = clock.now();
  await warehouse.transaction(async (transaction) => {
    await assertOwner(transaction, batchId, ownerToken, ['STAGED', 'PUSHED']);
    await ledger.takeOver(transaction, now);
    await releaseSending(transaction, batchId);
    await settleRekeyed(transaction, batchId, now);
  });
  return loadLines(warehouse, { batchId, mapping, policy, ledger, now });
}

async function pushLines(push: Push, { lines, further }: LoadedLines): Promise<FullBoard | undefined> {
  const { warehouse, reader, boardId, clock } = push;
  const startedAt = clock.now().getTime();
  await openBoard(push, lines);
  const { dailyCalls } = await reader.account();
  const board = await readBoard(push);
  const session: Session = {
    ...push,
    board,
    watch: new BoardWatch(push, board),
    withdrawn: new Set(),
    lines: new Map(lines.map((line) => [line.key, line])),
  };
  const pusher = new LinePusher(session, new Sender(session));
  await pusher.lookUpItems();
  const now = clock.now();
  const forecast = forecastOf(lines, {
    now,
    settleMs: push.settleMs,
    pace: push.pace,
    dailyCalls,
    mutationMs: await recentMutationMs(warehouse),
    readMs: now.getTime() - startedAt,
  });
  await refuseForeignOrders(session, createsOf(lines, now));
  await rememberBoard(warehouse, boardId, now);
  if (board.subitemsBoardId !== undefined) await rememberSubitemsBoard(warehouse, boardId, board.subitemsBoardId);
  await rememberDailyCalls(warehouse, boardId, { dailyCalls, now });
  await stageFurtherSizes(session, further);
  await noteForecast(session, forecast);
  push.progress.expect(forecast);
  await pusher.push();
  return noteFullBoard(session);
}

/** Rule 21: what needs no room was sent; the rest is sent when there is room. */
function noteFullBoard({ batch, board, lines, log }: Session): FullBoard | undefined {
  const itemsWaiting = [...lines.values()].filter(({ item }) => item.held).length;
  if (itemsWaiting === 0) return undefined;
  const { itemsLimit } = board;
  const full = { itemsWaiting, ...(itemsLimit === undefined ? {} : { itemsLimit }) };
  log.warn(fullBoardText(full), { batchId: batch.batchId, customer: batch.customer });
  return full;
}

function fullBoardText({ itemsWaiting, itemsLimit }: FullBoard): string {
  const limit = itemsLimit === undefined ? '' : ` with its ${itemsLimit} items`;
  const waits = plural(itemsWaiting, 'new line waits', 'new lines wait');
  return `The board is full${limit}: ${waits}. Archive items that are done, or raise the board's limit; the next run takes them up.`;
}

async function noteForecast({ warehouse, batch, board, log }: Session, forecast: Forecast): Promise<void> {
  log.info(
    `Forecast: ${forecast.requests} requests, ${forecast.points} points, about ${forecast.minutes} minutes at this account's budget.`,
    { batchId: batch.batchId, customer: batch.customer, ...forecast },
  );
  await setForecast(warehouse, batch.batchId, { forecast, boardUrl: board.url });
}

async function noteUsage({ warehouse, batch, boardId, pace, progress }: Push): Promise<void> {
  await addCalls(warehouse, boardId, pace.takeCalls());
  await addUsage(warehouse, batch.batchId, { ...pace.totals, ...progress.mutations });
}

async function finishPush({ warehouse, batch, ownerToken, clock }: Push): Promise<void> {
  await warehouse.transaction(async (transaction) => {
    await assertOwner(transaction, batch.batchId, ownerToken, ['STAGED', 'PUSHED']);
    const { pending } = await readTotals(transaction, batch.batchId);
    if (pending > 0) return;
    await closePush(transaction, batch.batchId, clock.now());
  });
}
