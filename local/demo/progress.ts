import { printable } from '../../shared/ground/printable.js';

/** Every line of the demo fits a terminal of so many columns. */
export const WIDTH = 80;

/** Tells how far the demo is: one bar that is rewritten on a terminal, lines elsewhere. */
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

  /** `done` of `total`, and what is worked on. */
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
