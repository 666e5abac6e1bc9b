import { plural, printable } from '../../shared/ground/text.js';
import { unmappedText } from '../../shared/mapper/unmapped.js';
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

/** Edits of the demo make fewer. */
export const MOST_FAILURES = 100;

/** What a run says of what it did not understand: customers left out, unknown names and words, values left as they were. */
export async function toldBy(warehouse: Queryable, { runId, braked, unmapped }: RunReport): Promise<string[]> {
  const failures = await lineFailuresOf(warehouse, runId, MOST_FAILURES);
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
