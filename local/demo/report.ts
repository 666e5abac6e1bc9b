import type { RunReport } from './pipeline.js';

const HEAD = [
  'run',
  'customer',
  'lines',
  'items +',
  '~',
  'archived',
  'failed',
  'sizes +',
  '~',
  'archived',
  'failed',
  'requests',
  'seconds',
];

/** The closing table: what each run did for each customer. */
export function formatRuns(runs: readonly RunReport[]): string {
  const rows = runs.flatMap((run) => [
    ...run.customers.map((customer) => rowOf('', customer.customer, customer.lines, customer, customer.seconds)),
    totalOf(run),
    [],
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [format(HEAD), ...rows.map(format)].join('\n');
}

function totalOf(run: RunReport): string[] {
  const lines = run.customers.reduce((sum, { lines }) => sum + lines, 0);
  return rowOf(run.name, 'all', lines, run, run.seconds);
}

type Counts = Pick<RunReport, 'items' | 'subitems' | 'requests'>;

function rowOf(
  name: string,
  customer: string,
  lines: number,
  { items, subitems, requests }: Counts,
  seconds: number,
): string[] {
  const numbers = [
    lines,
    items.created,
    items.updated,
    items.archived,
    items.failed,
    subitems.created,
    subitems.updated,
    subitems.archived,
    subitems.failed,
    requests,
  ];
  return [name, customer, ...numbers.map(String), seconds.toFixed(1)];
}
