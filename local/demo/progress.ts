import { printable } from '../../shared/ground/printable.js';

/** Tells how far the demo is: one bar that is rewritten on a terminal, lines elsewhere. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  #open = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  say(text: string): void {
    this.#close();
    this.#out.write(`${text.split('\n').map(printable).join('\n')}\n`);
  }

  /** `done` of `total`, and what is worked on. */
  step(title: string, done: number, total: number, what: string): void {
    if (!this.#out.isTTY) {
      if (what !== '')
        this.#out.write(`${title}  ${String(done).padStart(String(total).length)}/${total}  ${printable(what)}\n`);
      return;
    }
    const width = 24;
    const filled = total === 0 ? width : Math.round((done / total) * width);
    const line = `${title}  ${'#'.repeat(filled)}${'.'.repeat(width - filled)}  ${done}/${total}  ${printable(what)}`;
    this.#out.write(`\r\u001b[2K${line.slice(0, (this.#out.columns ?? 100) - 1)}`);
    this.#open = true;
  }

  #close(): void {
    if (this.#open) this.#out.write('\n');
    this.#open = false;
  }
}
