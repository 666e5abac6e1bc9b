import { LongStep } from '../../shared/ground/activity.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { openMapping } from '../../shared/mapping/open-mapping.js';
import type { FlagsOf } from '../../shared/runtime/flags.js';
import type { ContextOf, Outcome } from '../../shared/runtime/task.js';
import { keepStagedCounts } from '../../shared/store/batch-figures.js';
import {
  assertOwner,
  type Batch,
  closeBatch,
  isOpen,
  readBatch,
  refuseOtherMapping,
  stateOf,
} from '../../shared/store/batches.js';
import { resolveLandedFailures } from '../../shared/store/failures.js';
import { withBatch } from '../../shared/store/locks.js';
import { batchSaid } from '../../shared/store/said-ids.js';
import { acknowledgeLanded } from '../../shared/store/snapshot.js';
import { countLandedLines, countStagedRows } from '../../shared/store/staged-counts.js';
import { landedWithAbsentColumns, stageAbsentColumn } from '../../shared/store/staging.js';
import type { Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import type { promoteCommand } from './commands.js';
import { type ProductionPlan, planProduction, promoteProduction } from './production.js';

/**
 * Rule 25: a value that could not be read is on the board as it was, and so it is promoted: what was last answered goes
 * into staging, where push does not look at it. Returns the titles of all columns that are absent from some line.
 */
export async function stageAbsentColumns(
  transaction: Queryable,
  mapping: Mapping,
  batchId: string,
): Promise<readonly string[]> {
  const ids = new Map(mapping.item.columns.map(({ title, id }) => [title, id]));
  const absent = new Map<string, { lineKey: string; value: string }[]>();
  for (const { lineKey, titles, answered } of await landedWithAbsentColumns(transaction, batchId)) {
    for (const title of titles) {
      const values = absent.get(title) ?? [];
      absent.set(title, values);
      const value = answered[ids.get(title) ?? ''] ?? null;
      if (value !== null) values.push({ lineKey, value });
    }
  }
  for (const [title, values] of absent) await stageAbsentColumn(transaction, batchId, title, values);
  return [...absent.keys()];
}

type PromoteContext = ContextOf<typeof promoteCommand>;

/** Rule 25: promotes what landed and closes the batch when nothing of it is open. */
export async function runPromote(context: PromoteContext, flags: FlagsOf<typeof promoteCommand>): Promise<Outcome> {
  const { settings, clock, log, signal } = context;
  const mapping = await openMapping(settings.MAPPING_FILE, settings.WAREHOUSE_URL);
  const warehouse = await context.warehouse();
  const batchId = await batchSaid(warehouse, flags.batchId);
  const told = async ({ dry }: Batch): Promise<Outcome> => {
    const { promoted, failed } = dry ? { promoted: 0, failed: 0 } : await countLandedLines(warehouse, batchId);
    const after = await readBatch(warehouse, batchId);
    const partial = isOpen(after.status) && !dry ? { status: 'PARTIAL' } : {};
    return { outputs: { ...stateOf(after), ...partial, promoted, failed } };
  };
  const takeUp = { step: 'promote', waitMs: settings.LOCK_WAIT, signal, log, clock } as const;
  return withBatch(warehouse, batchId, takeUp, {
    work: async ({ batch, ownerToken }) => {
      await promoteBatch(context, { warehouse, mapping, batch, ownerToken });
      return told(batch);
    },
    otherwise: told,
  });
}

/** Of a promotion: values that were not sent, four of the production tables, the snapshot. */
const STEPS = 6;

interface Promotion {
  warehouse: Warehouse;
  mapping: Mapping;
  batch: Batch;
  ownerToken: string;
}

async function promoteBatch(context: PromoteContext, promotion: Promotion): Promise<void> {
  const { clock, log } = context;
  const where = { batchId: promotion.batch.batchId, customer: promotion.batch.customer };
  refuseOtherMapping(promotion.batch, promotion.mapping);
  const plan = await planProduction(promotion.warehouse, promotion.mapping, log);
  const counts = await promotion.warehouse.transaction(
    async (transaction) => {
      const step = new LongStep({ what: 'Promoting', unit: 'steps', total: STEPS, clock, log, where });
      try {
        return await promoteLines(transaction, context, { ...promotion, plan, advance: () => step.advance(1) });
      } finally {
        step.end();
      }
    },
    { byKeys: true },
  );
  log.info(`Promoted ${counts.promoted} lines; ${counts.failed} failed, ${counts.open} are still open.`, where);
}

async function promoteLines(
  transaction: Queryable,
  { settings, clock }: PromoteContext,
  { mapping, batch, ownerToken, plan, advance }: Promotion & { plan: ProductionPlan; advance: () => void },
) {
  const { batchId } = batch;
  await assertOwner(transaction, batchId, ownerToken, ['STAGED', 'PUSHED']);
  const now = clock.now();
  const absent = await stageAbsentColumns(transaction, mapping, batchId);
  advance();
  const removeDeleted = settings.DELETE_POLICY === 'archive';
  await promoteProduction(transaction, plan, { batchId, now }, { removeDeleted, absent, advance });
  await acknowledgeLanded(transaction, mapping, { batchId, now });
  advance();
  await resolveLandedFailures(transaction, batchId, now);
  const lines = await countLandedLines(transaction, batchId);
  await keepStagedCounts(transaction, batchId, await countStagedRows(transaction, batchId));
  if (lines.open === 0) await closeBatch(transaction, batchId, { failed: lines.failed, now });
  return lines;
}
