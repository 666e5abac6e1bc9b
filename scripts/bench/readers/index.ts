// Measures detect, nothing changed, as a process beside other ways to find that out, as processes, on the embedded database.
// npm run build && node scripts/run.js scripts/bench/readers/index.ts [--lines N,N] [--repeats N] [--node PATH] [--python PATH]
// Python needs psycopg2-binary, pandas, duckdb, duckdb-extensions and duckdb-extension-postgres-scanner; what it lacks is left out, and said.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sampleOrders } from '../../../local/orders/sample.js';
import { loadOrders } from '../../../local/orders/source-table.js';
import { systemClock } from '../../../shared/ground/clock.js';
import type { SourceLayout } from '../../../shared/lines/layout.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { openWarehouse } from '../../../shared/warehouse/open.js';
import { quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import { benchDatabase } from '../database.js';
import { median } from '../measure.js';
import { type Took, timed } from '../processes.js';
import { leave } from '../results.js';
import { fillSnapshot, layoutOf } from '../snapshot.js';
import { hashInDatabase } from './hash-in-database.js';

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '50000,200000' },
    repeats: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    python: { type: 'string', default: 'python3' },
  },
});

const mapping = loadMapping();
const PYTHON = [
  { name: 'DuckDB: scanner, sha256, full join', script: 'duckdb_join', modules: 'duckdb, duckdb_extensions' },
  { name: 'psycopg2: streamed read alone', script: 'streamed_read', modules: 'psycopg2' },
  { name: 'pandas: read, hash, merge', script: 'pandas_join', modules: 'pandas, psycopg2' },
] as const;

for (const lines of flags.lines.split(',')) await compare(Number(lines));

async function compare(lines: number): Promise<void> {
  const compiled = await mkdtemp(join(tmpdir(), 'bench-compiled-'));
  const database = await benchDatabase(undefined);
  const warehouse = await openWarehouse({
    url: database.url,
    schema: 'dbo',
    clock: systemClock(),
    applicationName: 'bench',
  });
  try {
    const orders = sampleOrders({ lines });
    await migrate(warehouse, mapping, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
    await loadOrders(warehouse, orders);
    await fillSnapshot(warehouse, mapping, orders);
    const layout = layoutOf(mapping, orders);
    const env = { WAREHOUSE_URL: database.url, LOG_LEVEL: 'warn', NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled };
    const readers = new Map<string, () => Promise<Took>>([
      ['detect', () => timed(flags.node, ['dist/tasks/detect/index.js'], { env })],
    ]);
    for (const [name, reader] of await pythonReaders(database.url, layout)) readers.set(name, reader);
    readers.set('hashing in the database, joined there', () => hashInDatabase(warehouse, layout));
    // Once for nothing: the first run compiles, and fills the server's buffers.
    for (const read of readers.values()) await read();
    const taken = [...readers].map(([name, read]) => ({ name, read, all: [] as Took[] }));
    for (let n = 0; n < Number(flags.repeats); n += 1) for (const { read, all } of taken) all.push(await read());
    const medians = taken.map(({ name, all }) => ({
      name,
      wall: median(all.map(({ wall }) => wall)),
      cpu: median(all.map(({ cpu }) => cpu)),
    }));
    report(lines, layout.select.length, medians);
  } finally {
    await warehouse.close();
    await database.stop();
    await rm(compiled, { recursive: true });
  }
}

/** Those whose modules this Python has; what they compare with has been prepared. */
async function pythonReaders(url: string, layout: SourceLayout): Promise<Map<string, () => Promise<Took>>> {
  const readers = new Map<string, () => Promise<Took>>();
  for (const { name, script, modules } of PYTHON) {
    const spec = {
      url,
      source: 'dbo."ORDERS_UNIFIED"',
      known: `dbo."bench_${script}"`,
      key: quoteIdentifier(layout.uuidColumn),
      columns: layout.select.map(quoteIdentifier),
    };
    const run = (prepare: boolean) =>
      timed(flags.python, [`scripts/bench/readers/${script}.py`], { input: JSON.stringify({ ...spec, prepare }) });
    try {
      await timed(flags.python, ['-c', `import ${modules}`]);
    } catch {
      print(`${name}: left out, ${flags.python} cannot import ${modules}`);
      continue;
    }
    await run(true);
    readers.set(name, () => run(false));
  }
  return readers;
}

interface Medians {
  name: string;
  wall: number;
  cpu: number;
}

function report(lines: number, columns: number, [detect, ...others]: readonly Medians[]): void {
  if (detect === undefined) return;
  print(`${lines} lines x ${columns} columns, medians of ${flags.repeats}: wall time, processor time of the client`);
  for (const { name, wall, cpu } of [detect, ...others])
    print(
      `  ${name.padEnd(38)} ${wall.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s ${(detect.wall / wall).toFixed(2).padStart(6)}x`,
    );
  for (const { name, wall, cpu } of others)
    leave({
      what: `detect as a process, nothing changed, ${lines} lines`,
      ours: `${detect.wall.toFixed(2)} s, ${detect.cpu.toFixed(2)} s of processor time`,
      reference: name,
      theirs: `${wall.toFixed(2)} s, ${cpu.toFixed(2)} s`,
      ratio: detect.wall / wall,
      goal: 'below 1x',
    });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
