import { printable } from '../../shared/ground/text.js';
import { cutText } from '../../shared/mapping/rules.js';
import type { RunReport } from './pipeline.js';
import { WIDTH } from './progress.js';

type Counts = Pick<RunReport, 'items' | 'subitems' | 'requests'> & { lines: number };

type RunColumn = readonly [heading: string, of: (counts: Counts) => number];

/** Columns of the closing table under an upper heading, which may be empty. */
interface RunColumns {
  above: string;
  columns: readonly RunColumn[];
}

const ITEMS: RunColumns = {
  above: 'items',
  columns: [
    ['new', ({ items }) => items.created],
    ['changed', ({ items }) => items.updated],
    ['archived', ({ items }) => items.archived],
  ],
};
const SIZES: RunColumns = {
  above: 'sizes',
  columns: [
    ['new', ({ subitems }) => subitems.created],
    ['changed', ({ subitems }) => subitems.updated],
  ],
};
const REST: RunColumns = {
  above: '',
  columns: [
    ['refused', ({ items, subitems }) => items.failed + subitems.failed],
    ['requests', ({ requests }) => requests],
  ],
};
const GAP = 2;
const LONGEST_NAME = 20;

/** The closing table: what each run did for each customer. It has at most 80 columns. */
export function formatRuns(runs: readonly RunReport[], hasSizes: boolean): string {
  const parts: RunColumns[] = [
    { above: '', columns: [['lines', ({ lines }) => lines]] },
    ITEMS,
    ...(hasSizes ? [SIZES] : []),
    REST,
  ];
  const columns = parts.flatMap((part) => part.columns);
  const cellsOf = (name: string, counts: Counts) => ({
    name: printable(name),
    counts: columns.map(([, of]) => String(of(counts))),
  });
  const rows = runs.flatMap((run) => [
    ...run.customers.map((customer) => cellsOf(`  ${customer.customer}`, customer)),
    cellsOf(`${run.name}, all`, { ...run, lines: run.customers.reduce((sum, { lines }) => sum + lines, 0) }),
  ]);
  const widths = columns.map(([heading], column) =>
    Math.max(heading.length, ...rows.map((row) => row.counts[column]?.length ?? 0)),
  );
  const taken = widths.reduce((sum, width) => sum + width + GAP, 0);
  const name = Math.min(LONGEST_NAME, WIDTH - taken);
  const lineOf = (first: string, cells: readonly string[]): string =>
    [cutText(first, name).padEnd(name), ...cells.map((cell, place) => cell.padStart((widths[place] ?? 0) + GAP))]
      .join('')
      .trimEnd();
  return [
    above(parts, name, widths),
    lineOf(
      '',
      columns.map(([heading]) => heading),
    ),
    ...rows.map((row) => lineOf(row.name, row.counts)),
  ].join('\n');
}

function above(parts: readonly RunColumns[], name: number, widths: readonly number[]): string {
  let column = 0;
  const headings = parts.map(({ above: text, columns }) => {
    const own = widths.slice(column, column + columns.length).reduce((sum, width) => sum + width + GAP, 0);
    column += columns.length;
    return (text === '' ? '' : `${' '.repeat(GAP)}${text} `.padEnd(own, '-')).padEnd(own);
  });
  return `${' '.repeat(name)}${headings.join('')}`.trimEnd();
}
