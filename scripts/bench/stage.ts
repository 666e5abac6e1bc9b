// Measures stage beside a plain bulk load of the very rows that it writes, on the embedded database.
// node scripts/run.js scripts/bench/stage.ts [--lines N] [--repeats N] [--warehouse URL]

import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { keepHeapSmall } from '../../shared/runtime/heap.js';
import { STAGED_ITEMS, STAGED_SIZES } from '../../shared/store/schema/batch-tables.js';
import { StagedLoad } from '../../shared/store/staged-load.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { parseStatement, quoteColumns, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { ArrayRow, BulkColumn, Scalar, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { runStage } from '../../tasks/stage/run.js';
import { CUSTOMER, fillSource, makeBatch, taskContext } from './batch.js';
import { benchDatabase } from './database.js';
import { median, peakMegabytesOf, printPeak, seconds } from './measure.js';
import { leave } from './results.js';

const SCRIPT = 'scripts/bench/stage.ts';

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '50000' },
    repeats: { type: 'string', default: '5' },
    warehouse: { type: 'string' },
    url: { type: 'string' },
    batch: { type: 'string' },
  },
});
const mapping = loadMapping();
// As the executable does.
keepHeapSmall();
const clock = systemClock();

const database = await benchDatabase(flags.url ?? flags.warehouse);
const warehouse = await openWarehouse({ url: database.url, schema: 'dbo', clock, applicationName: 'bench stage' });
try {
  if (flags.batch === undefined) await compare();
  else {
    await stage(flags.batch);
    printPeak();
  }
} finally {
  await warehouse.close();
  await database.stop();
}

async function compare(): Promise<void> {
  await fillSource(warehouse, mapping, clock, Number(flags.lines));
  const [stages, loads]: [number[], number[]] = [[], []];
  for (let n = 0; n < Number(flags.repeats); n += 1) {
    const id = await newBatch();
    stages.push(await seconds(() => stage(id)));
    loads.push(await loadPlainly(id));
  }
  const peak = peakMegabytesOf(SCRIPT, ['--url', database.url, '--batch', await newBatch()]);
  const [staged, loaded] = [median(stages), median(loads)];
  leave({
    what: `stage, ${flags.lines} lines`,
    ours: `${staged.toFixed(2)} s`,
    reference: 'plain bulk load of the same rows',
    theirs: `${loaded.toFixed(2)} s`,
    ratio: staged / loaded,
    goal: 'at most 1.5x',
  });
  const lines = [
    `${flags.lines} lines, medians of ${flags.repeats}`,
    `  plain bulk load   ${loaded.toFixed(2)} s`,
    `  stage             ${staged.toFixed(2)} s`,
    `  ratio             ${(staged / loaded).toFixed(2)} (at most 1.5)`,
    `  memory            ${peak.toFixed(0)} MB of a process of its own`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function newBatch(): Promise<string> {
  return makeBatch(warehouse, mapping, clock, { change: 'NEW', reason: 'CONTENT' });
}

async function stage(id: string): Promise<void> {
  await runStage(taskContext(warehouse, clock), { batchId: id });
}

/** Seconds to load the rows of a staged batch into the emptied tables again. */
async function loadPlainly(id: string): Promise<number> {
  const load = new StagedLoad(mapping, { batchId: id, customer: CUSTOMER, dry: false });
  const items = await readBack(STAGED_ITEMS.name, load.itemColumns);
  const subitems = await readBack(STAGED_SIZES.name, load.sizeColumns);
  await empty();
  const taken = await seconds(async () => {
    await warehouse.bulkLoad(STAGED_ITEMS.name, load.itemColumns, items);
    await warehouse.bulkLoad(STAGED_SIZES.name, load.sizeColumns, subitems);
  });
  await empty();
  return taken;
}

async function readBack(table: string, columns: readonly BulkColumn[]): Promise<ArrayRow[]> {
  const all: ArrayRow[] = [];
  const statement = parseStatement(
    'bench',
    `SELECT ${quoteColumns(columns.map(({ name }) => name))} FROM dbo.${quoteIdentifier(table)}`,
  );
  for await (const chunk of warehouse.stream(statement)) all.push(...chunk);
  return all;
}

async function empty(): Promise<void> {
  for (const table of [STAGED_SIZES.name, STAGED_ITEMS.name]) await sql(`DELETE FROM dbo.${quoteIdentifier(table)}`);
}

function sql(text: string, parameters: Record<string, Scalar> = {}): ReturnType<Warehouse['query']> {
  return warehouse.query(parseStatement('bench', text), parameters);
}
