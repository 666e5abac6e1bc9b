import { plural, printable } from '../../shared/ground/text.js';
import { unmappedText } from '../../shared/mapper/unmapped.js';
import { cutText } from '../../shared/mapping/rules.js';
import { lineFailuresOf } from '../../shared/store/failure-reports.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import type { RunReport } from './pipeline.js';

/** The width of a terminal that every line of the demo fits. */
export const WIDTH = 80;

/** Reports the progress of the demo: one bar that is rewritten on a terminal, lines elsewhere. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  #open = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Lines of text; a longer one is broken at a blank. */
  say(text: string): void {
    this.#close();
    this.#out.write(`${text.split('\n').map(printable).flatMap(wrapped).join('\n')}\n`);
  }

  /** `done` of `total`, and the current work. */
  step(title: string, done: number, total: number, what: string): void {
    if (!this.#out.isTTY) {
      if (what === '') return;
      const line = `${title}  ${String(done).padStart(String(total).length)}/${total}  ${printable(what)}`;
      this.#out.write(`${line.slice(0, WIDTH)}\n`);
      return;
    }
    const width = 24;
    const filled = total === 0 ? width : Math.round((done / total) * width);
    const line = `${title}  ${'#'.repeat(filled)}${'.'.repeat(width - filled)}  ${done}/${total}  ${printable(what)}`;
    this.#out.write(`\r\u001b[2K${line.slice(0, Math.min(WIDTH, this.#out.columns ?? WIDTH) - 1)}`);
    this.#open = true;
  }

  #close(): void {
    if (this.#open) this.#out.write('\n');
    this.#open = false;
  }
}

/** The line in parts that fit; those of an indented line are indented by two more. A longer word, as a path, stays whole. */
export function wrapped(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const own = /^ */.exec(line)?.[0] ?? '';
  const indent = own === '' ? '' : `${own}  `;
  const lines: string[] = [];
  let current = own;
  let begun = false;
  for (const word of line.trimStart().split(' ')) {
    if (begun && current.length + 1 + word.length > WIDTH) {
      lines.push(current.trimEnd());
      [current, begun] = [indent, false];
    }
    current += begun ? ` ${word}` : word;
    begun = true;
  }
  return [...lines, current];
}

const MOST = 100;

/** What a run says of what it did not understand: customers left out, unknown names and words, values left as they were. */
export async function toldBy(warehouse: Queryable, { runId, braked, unmapped }: RunReport): Promise<string[]> {
  const failures = await lineFailuresOf(warehouse, runId, MOST);
  const values = new Map<string, number>();
  for (const { reason, customer, message } of failures) {
    const text = `${reason}, ${customer ?? 'no customer'}: ${message}`;
    values.set(text, (values.get(text) ?? 0) + 1);
  }
  return [
    ...braked.map(
      ({ customer, reason, known, left }) =>
        `${customer} is braked (${reason}): ${left} of ${known} known lines left scope.`,
    ),
    ...unmapped.map((each) => `The mapping does not know ${unmappedText(each)}.`),
    ...[...values].map(([text, lines]) => `${text} (${plural(lines, 'line')})`),
  ];
}

type Counts = Pick<RunReport, 'items' | 'subitems' | 'requests'> & { lines: number };

/** A column of the closing table: its heading and its content. */
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
/** The upper heading, and the number of columns it spans. */
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
