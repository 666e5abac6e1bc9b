// Measures the Parquet writer beside DuckDB's on the same rows, and what archives of sample orders save.
// node scripts/run.js scripts/bench/archive.ts [--lines N]

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type SampleOrders, sampleOrders } from '../../local/orders/sample.js';
import { addTo } from '../../shared/ground/lists.js';
import { compileCustomer } from '../../shared/lines/customer.js';
import { compileHasher } from '../../shared/lines/hash.js';
import { compileKept } from '../../shared/lines/kept.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { byCodeUnits } from '../../shared/mapping/mapping-version.js';
import { openParquet, type ParquetColumn, writeParquet } from '../../shared/parquet/parquet.js';
import type { ArrayRow } from '../../shared/warehouse/port/warehouse.js';
import { type ArchivedLine, ArchiveTable, SizeSurvey } from '../../tasks/archive/file/archive-table.js';
import { writeArchive } from '../../tasks/archive/file/write.js';
import { median, peakMegabytesOf, printPeak, seconds } from './measure.js';
import { leave } from './results.js';
import { layoutOf, sourceRows } from './snapshot.js';

const REPEATS = 5;
const DEMO_LINES = 2_000;
const SMALL = [65, 300];
const CHUNK_ROWS = 1_000;
const MEGABYTE = 1_000_000;

const { values: flags } = parseArgs({
  options: { lines: { type: 'string', default: '50000' }, memory: { type: 'boolean', default: false } },
});
const lines = Number(flags.lines);
const orders = sampleOrders({ lines });
const columns = orders.columns.map(
  ({ name, type }): ParquetColumn => ({ name, kind: type === 'int' ? 'int' : 'text', distinct: type === 'uuid' }),
);

if (flags.memory) {
  const { bytes } = await writeParquet(columns, chunked(orders.rows()));
  for await (const _ of (await openParquet(bytes)).rows());
  printPeak();
} else {
  await compareWriters();
  await measureArchives();
  await measureSmall();
}

/** The whole wide table, from rows in memory: ours to bytes, DuckDB's from its own table to a file. */
async function compareWriters(): Promise<void> {
  // First, while this process is small: Linux counts a parent's memory into its child's peak.
  const peak = peakMegabytesOf('scripts/bench/archive.ts', ['--lines', String(lines), '--memory']);
  const rows = [...chunked(orders.rows())];
  const folder = await mkdtemp(join(tmpdir(), 'bench-archive-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const { bytes } = await writeParquet(columns, rows);
    await writeFile(join(folder, 'ours.parquet'), bytes);
    // With the columns that no row fills, which our file leaves out.
    const described = columns.map(({ name, kind }) => `${quoted(name)} ${kind === 'int' ? 'INTEGER' : 'VARCHAR'}`);
    await connection.run(`CREATE TABLE orders (${described.join(', ')})`);
    await connection.run(`INSERT INTO orders BY NAME SELECT * FROM read_parquet('${join(folder, 'ours.parquet')}')`);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let n = 0; n < REPEATS; n += 1) {
      ours.push(await seconds(() => writeParquet(columns, rows)));
      theirs.push(
        await seconds(() => copy(connection, 'orders', join(folder, 'theirs.parquet'), 'PARQUET, COMPRESSION ZSTD')),
      );
    }
    await copy(connection, 'orders', join(folder, 'orders.csv'), 'CSV, HEADER');
    const csv = (await stat(join(folder, 'orders.csv'))).size;
    const duckdb = (await stat(join(folder, 'theirs.parquet'))).size;
    const table = `archive of the wide table, ${lines} lines`;
    leave({
      what: `${table}, bytes`,
      ours: megabytes(bytes.length),
      reference: 'CSV',
      theirs: megabytes(csv),
      ratio: bytes.length / csv,
      goal: 'at most 0.15x',
    });
    leave({
      what: `${table}, bytes`,
      ours: megabytes(bytes.length),
      reference: "DuckDB's Parquet with ZSTD",
      theirs: megabytes(duckdb),
      ratio: bytes.length / duckdb,
      goal: 'at most 1.1x',
    });
    leave({
      what: `${table}, time`,
      ours: `${median(ours).toFixed(2)} s`,
      reference: "DuckDB's Parquet with ZSTD",
      theirs: `${median(theirs).toFixed(2)} s`,
      ratio: median(ours) / median(theirs),
      goal: 'at most 2x',
    });
    report(`wide table, ${lines} lines x ${columns.length} columns`, [
      ['CSV', megabytes(csv)],
      ['Parquet', `${megabytes(bytes.length)}, ${median(ours).toFixed(2)} s`],
      ['DuckDB', `${megabytes(duckdb)}, ${median(theirs).toFixed(2)} s`],
      ['saved against CSV', percent(1 - bytes.length / csv), 'at least 85 %'],
      ['bytes against DuckDB', ratio(bytes.length / duckdb), 'at most 1.1'],
      ['time against DuckDB', ratio(median(ours) / median(theirs)), 'at most 2'],
      ['peak, read back too', `${peak.toFixed(0)} MB`, 'under 500 MB'],
    ]);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

/** The archives of the demo, and of a small customer. */
async function measureSmall(): Promise<void> {
  const customers = [...byCustomer(archivedLines(sampleOrders({ lines: DEMO_LINES })))];
  const { bytes, csvBytes } = await archives(customers);
  leave({
    what: `archives of the demo, ${customers.length} customers`,
    ours: `${bytes} bytes`,
    reference: 'CSV',
    theirs: `${csvBytes} bytes`,
    ratio: bytes / csvBytes,
    goal: 'at most 0.20x',
  });
  report(`archives of the demo's ${DEMO_LINES} lines`, [
    [`${customers.length} customers`, `${bytes} bytes, CSV ${csvBytes}`],
    ['saved against CSV', percent(1 - bytes / csvBytes)],
  ]);
  const [[name, all] = ['', []]] = customers.sort(([, a], [, b]) => b.length - a.length);
  const rows: [string, string][] = [];
  for (const count of SMALL) {
    const small = await archive(name, all.slice(0, count));
    leave({
      what: `archive of a customer of ${count} lines`,
      ours: `${small.bytes} bytes`,
      reference: 'CSV',
      theirs: `${small.csvBytes} bytes`,
      ratio: small.bytes / small.csvBytes,
      goal: count === SMALL[0] ? 'at most 0.33x' : '',
    });
    rows.push([`${count} lines`, `${small.bytes} bytes, ${ratio(small.bytes / small.csvBytes)} of their CSV`]);
  }
  report('archive of a small customer', rows);
}

/** What the task keeps: one archive per customer, and all lines as if they were one customer's. */
async function measureArchives(): Promise<void> {
  const customers = [...byCustomer(archivedLines(orders))];
  const { bytes, csvBytes } = await archives(customers);
  const all = customers.flatMap(([, of]) => of);
  const times: number[] = [];
  let whole = await archive('ALL', all);
  for (let n = 0; n < REPEATS; n += 1) {
    times.push(
      await seconds(async () => {
        whole = await archive('ALL', all);
      }),
    );
  }
  report(`archives of ${all.length} lines`, [
    [`${customers.length} customers`, `${megabytes(bytes)}, CSV ${megabytes(csvBytes)}`],
    ['saved against CSV', percent(1 - bytes / csvBytes)],
    ['as one customer', `${megabytes(whole.bytes)}, CSV ${megabytes(whole.csvBytes)}, ${median(times).toFixed(2)} s`],
    ['saved against CSV', percent(1 - whole.bytes / whole.csvBytes), 'at least 85 %'],
  ]);
}

function byCustomer(all: readonly (ArchivedLine & { customer: string })[]): Map<string, ArchivedLine[]> {
  const found = new Map<string, ArchivedLine[]>();
  for (const { customer, ...line } of all) addTo(found, customer, line);
  return found;
}

/** One archive of each customer: what they take together. */
async function archives(customers: readonly (readonly [string, ArchivedLine[]])[]) {
  let [bytes, csvBytes] = [0, 0];
  for (const [customer, all] of customers) {
    const written = await archive(customer, all);
    bytes += written.bytes;
    csvBytes += written.csvBytes;
  }
  return { bytes, csvBytes };
}

function archivedLines(of: SampleOrders): (ArchivedLine & { customer: string })[] {
  const mapping = loadMapping();
  const layout = layoutOf(mapping, orders);
  const keep = compileKept(layout);
  const hash = compileHasher(layout);
  const customerOf = compileCustomer(mapping, layout);
  const order = mapping.source.businessKey.map((name) => layout.columns.indexOf(name));
  const all = [...sourceRows(layout, of)].map((row) => {
    const lineKey = String(row[0]);
    return {
      ...keep(row),
      lineKey,
      recordUuid: lineKey,
      rowHash: hash(row).toString('hex'),
      mappingVersion: mapping.version,
      customer: customerOf(row).name,
    };
  });
  const keyOf = ({ values, lineKey }: ArchivedLine) =>
    [...order.map((place) => values[place] ?? ''), lineKey].join('\0');
  const keyed = all.map((line) => ({ line, key: keyOf(line) }));
  return keyed.sort((a, b) => byCodeUnits(a.key, b.key)).map(({ line }) => line);
}

async function archive(customer: string, all: readonly ArchivedLine[]) {
  const mapping = loadMapping();
  const layout = layoutOf(mapping, orders);
  const survey = new SizeSurvey(layout.columns);
  for (const line of all) survey.add(line.sizes);
  const table = new ArchiveTable({
    customer,
    keptColumns: layout.columns,
    sizes: survey.labels,
    otherSizes: survey.others,
    hashedColumns: new Map([[mapping.version, layout.columns]]),
  });
  return writeArchive(
    table,
    (async function* () {
      for (let at = 0; at < all.length; at += CHUNK_ROWS) yield all.slice(at, at + CHUNK_ROWS);
    })(),
  );
}

function* chunked(rows: Iterable<ArrayRow>): Generator<ArrayRow[]> {
  let chunk: ArrayRow[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK_ROWS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function copy(connection: DuckDBConnection, table: string, file: string, format: string): Promise<void> {
  await connection.run(`COPY ${table} TO '${file}' (FORMAT ${format})`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(2)} MB`;
}

function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}

function report(title: string, rows: readonly (readonly [name: string, value: string, limit?: string])[]): void {
  print(title);
  for (const [name, value, limit] of rows)
    print(`  ${name.padEnd(22)}${value}${limit === undefined ? '' : `  (${limit})`}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
