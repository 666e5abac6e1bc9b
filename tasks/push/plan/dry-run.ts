import type { Outcome } from '../../../shared/runtime/task.js';
import { recentMutationMs } from '../../../shared/store/batch-figures.js';
import { type Batch, closeDryBatch, readBatch, stateOf } from '../../../shared/store/batches.js';
import { refuseOtherBoard } from '../../../shared/store/boards.js';
import { loadLines } from '../lines/load-lines.js';
import { lookUpItems } from '../lines/look-up.js';
import { readBoard } from '../model/board-state.js';
import { type Connection, connect, counted, type PushContext } from '../model/connect.js';
import { type Forecast, forecastOf, sampleDifferences, type ValueDifference } from './forecast.js';
import { createsOf, foreignOrders, heldWithoutKey } from './foreign-orders.js';

const SAMPLE = 20;

/** Rule 28: reads the board, reports what a push would do and cost, and writes nothing to it. */
export async function runDry(context: PushContext, batch: Batch): Promise<Outcome> {
  const warehouse = await context.warehouse();
  const connection = await connect(context, warehouse, context.signal);
  return counted(connection, () => forecastPush(context, connection, batch));
}

async function forecastPush(context: PushContext, connection: Connection, batch: Batch): Promise<Outcome> {
  const { warehouse, reader, ledger, mapping, boardId, policy, clock, pace } = connection;
  const { batchId } = batch;
  const settleMs = context.settings.MONDAY_SETTLE_WAIT;
  await refuseOtherBoard(warehouse, boardId);
  const { lines } = await loadLines(warehouse, { batchId, mapping, policy, ledger, now: clock.now() });
  const { dailyCalls } = await reader.account();
  const board = await readBoard(connection);
  const look = { reader, board, mapping, settleMs, now: () => clock.now() };
  await lookUpItems(
    look,
    lines.map(({ item }) => item),
  );
  const now = clock.now();
  const held = heldWithoutKey(await foreignOrders({ ...connection, board }, batch.customer, createsOf(lines, now)));
  const mutationMs = await recentMutationMs(warehouse);
  const forecast = forecastOf(lines, { now, settleMs, pace, dailyCalls, mutationMs });
  const told = report(forecast, mapping.sizes !== undefined, sampleDifferences(lines, now, settleMs, SAMPLE));
  if (batch.dry) {
    await closeDryBatch(warehouse, batchId, { forecast, now });
  }
  return {
    lines:
      held === undefined
        ? told
        : [
            ...told,
            `refused   ${held} push ends with exit code 2 until they are adopted (doctor --adopt) or archived.`,
          ],
    outputs: { ...stateOf(await readBatch(warehouse, batchId)), ...expectedTotals(forecast), ...pace.totals },
  };
}

/** The outputs of a push if everything succeeds. */
function expectedTotals(forecast: Forecast) {
  return {
    itemsCreated: forecast.itemsToCreate,
    itemsUpdated: forecast.itemsToUpdate,
    itemsUnchanged: forecast.itemsUnchanged,
    itemsArchived: forecast.itemsToArchive,
    itemsFailed: 0,
    subitemsCreated: forecast.subitemsToCreate,
    subitemsUpdated: forecast.subitemsToUpdate,
    subitemsUnchanged: forecast.subitemsUnchanged,
    subitemsArchived: 0,
    subitemsFailed: 0,
    pending: 0,
    newFailures: 0,
    forecast,
  };
}

function report(forecast: Forecast, withSizes: boolean, differences: readonly ValueDifference[]): string[] {
  const { itemsToCreate, itemsToUpdate, itemsToArchive, itemsUnchanged } = forecast;
  const { subitemsToCreate, subitemsToUpdate, subitemsUnchanged } = forecast;
  const share =
    forecast.dailyShare === undefined ? '' : `, ${(forecast.dailyShare * 100).toFixed(1)} % of the calls of a day`;
  const quote = (text: string | null): string => (text === null ? 'empty' : JSON.stringify(text));
  return [
    'Dry run: nothing was written.',
    `items     ${itemsToCreate} to create, ${itemsToUpdate} to update, ${itemsToArchive} to archive, ${itemsUnchanged} unchanged`,
    ...(withSizes
      ? [`subitems  ${subitemsToCreate} to create, ${subitemsToUpdate} to update, ${subitemsUnchanged} unchanged`]
      : []),
    `cost      ${forecast.requests} requests, ${forecast.points} points, about ${forecast.minutes} minutes${share}`,
    ...differences.map(
      ({ lineKey, size, column, before, after }) =>
        `  ${lineKey}${size === '' ? '' : ` ${size}`}  ${column}: ${quote(before)} -> ${quote(after)}`,
    ),
  ];
}
