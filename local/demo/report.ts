import { printable } from '../../shared/ground/printable.js';
import { cutText } from '../../shared/mapping/texts.js';
import type { RunReport } from './pipeline.js';
import { WIDTH } from './progress.js';

type Counts = Pick<RunReport, 'items' | 'subitems' | 'requests'> & { lines: number };

/** A column of the closing table: its heading, and what stands in it. */
const COLUMNS: readonly (readonly [heading: string, of: (counts: Counts) => number])[] = [
  ['lines', ({ lines }) => lines],
  ['new', ({ items }) => items.created],
  ['changed', ({ items }) => items.updated],
  ['archived', ({ items }) => items.archived],
  ['new', ({ subitems }) => subitems.created],
  ['changed', ({ subitems }) => subitems.updated],
  ['refused', ({ items, subitems }) => items.failed + subitems.failed],
  ['requests', ({ requests }) => requests],
];
/** What stands above the headings, and over how many of them. */
const ABOVE: readonly (readonly [text: string, columns: number])[] = [
  ['', 1],
  ['items', 3],
  ['sizes', 2],
  ['', 2],
];
const GAP = 2;
const LONGEST_NAME = 20;

/** The closing table: what each run did for each customer. It has at most 80 columns. */
export function formatRuns(runs: readonly RunReport[]): string {
  const rows = runs.flatMap((run) => [
    ...run.customers.map((customer) => cellsOf(`  ${customer.customer}`, customer)),
    cellsOf(`${run.name}, all`, { ...run, lines: run.customers.reduce((sum, { lines }) => sum + lines, 0) }),
  ]);
  const widths = COLUMNS.map(([heading], column) =>
    Math.max(heading.length, ...rows.map((row) => row.counts[column]?.length ?? 0)),
  );
  const taken = widths.reduce((sum, width) => sum + width + GAP, 0);
  const name = Math.min(LONGEST_NAME, WIDTH - taken);
  const lineOf = (first: string, cells: readonly string[]): string =>
    [cutText(first, name).padEnd(name), ...cells.map((cell, place) => cell.padStart((widths[place] ?? 0) + GAP))]
      .join('')
      .trimEnd();
  return [
    above(name, widths),
    lineOf(
      '',
      COLUMNS.map(([heading]) => heading),
    ),
    ...rows.map((row) => lineOf(row.name, row.counts)),
  ].join('\n');
}

function cellsOf(name: string, counts: Counts): { name: string; counts: string[] } {
  return { name: printable(name), counts: COLUMNS.map(([, of]) => String(of(counts))) };
}

function above(name: number, widths: readonly number[]): string {
  let column = 0;
  const parts = ABOVE.map(([text, columns]) => {
    const own = widths.slice(column, column + columns).reduce((sum, width) => sum + width + GAP, 0);
    column += columns;
    return (text === '' ? '' : `${' '.repeat(GAP)}${text} `.padEnd(own, '-')).padEnd(own);
  });
  return `${' '.repeat(name)}${parts.join('')}`.trimEnd();
}
