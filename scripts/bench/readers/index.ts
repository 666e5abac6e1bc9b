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
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { migrate } from '../../../shared/store/schema/migrate.js';
import { openWarehouse } from '../../../shared/warehouse/open.js';
import { quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import { benchDatabase } from '../database.js';
import { median } from '../measure.js';
import { type Took, timed } from '../processes.js';
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
  ['DuckDB: scanner, sha256, full join', 'duckdb_join', 'duckdb, duckdb_extensions'],
  ['psycopg2: streamed read alone', 'streamed_read', 'psycopg2'],
  ['pandas: read, hash, merge', 'pandas_join', 'pandas, psycopg2'],
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
    for (const [name, script, modules] of PYTHON) {
      const file = `scripts/bench/readers/${script}.py`;
      const spec = {
        url: database.url,
        source: 'dbo."ORDERS_UNIFIED"',
        known: `dbo."bench_${script}"`,
        key: quoteIdentifier(layout.uuidColumn),
        columns: layout.select.map(quoteIdentifier),
      };
      const run = (prepare: boolean) => timed(flags.python, [file], { input: JSON.stringify({ ...spec, prepare }) });
      const lacking = await timed(flags.python, ['-c', `import ${modules}`]).then(
        () => '',
        (error: Error) => String(error).split('\n').at(-2) ?? '',
      );
      if (lacking !== '') print(`${name}: left out (${lacking})`);
      else {
        if (script !== 'streamed_read') await run(true);
        readers.set(name, () => run(false));
      }
    }
    readers.set('hashing in the database, joined there', () => hashInDatabase(warehouse, layout));
    // Once for nothing: the first run compiles, and fills the server's buffers.
    for (const read of readers.values()) await read();
    const taken = new Map<string, Took[]>([...readers.keys()].map((name) => [name, []]));
    for (let n = 0; n < Number(flags.repeats); n += 1)
      for (const [name, read] of readers) taken.get(name)?.push(await read());
    report(`${lines} lines x ${layout.select.length} columns, medians of ${flags.repeats}`, taken);
  } finally {
    await warehouse.close();
    await database.stop();
    await rm(compiled, { recursive: true });
  }
}

function report(title: string, taken: ReadonlyMap<string, readonly Took[]>): void {
  print(`${title}:${' '.repeat(3)}wall, processor time of the client, wall against detect`);
  const [ours = 0] = [...taken.values()].map((all) => median(all.map(({ wall }) => wall)));
  for (const [name, all] of taken) {
    const [wall, cpu] = [median(all.map((each) => each.wall)), median(all.map((each) => each.cpu))];
    print(
      `  ${name.padEnd(38)} ${wall.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s ${(wall / ours).toFixed(2).padStart(6)}x`,
    );
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
