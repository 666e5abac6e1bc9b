import { formatDuration } from '../../shared/ground/clock.js';
import { plural, printable } from '../../shared/ground/text.js';
import { printLines } from '../../shared/runtime/outputs.js';
import type { CarriedBatch } from './carrying.js';

/** How often what is worked on is drawn anew on a terminal. */
const EVERY_MS = 500;

/** A step that is being worked on, of several at a time. */
interface ShownStep {
  readonly what: string;
  readonly since: number;
  detail: string;
}

/** Tells how far a run is: on a terminal one line for each step, which is rewritten; elsewhere lines that begin with the step. */
export class Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #steps = new Set<ShownStep>();
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#erase();
    if (this.#out === process.stdout) printLines(text.split('\n'));
    else this.#out.write(`${text.split('\n').map(printable).join('\n')}\n`);
    this.#draw();
  }

  /** Shows the step while the work lasts. The work tells by `detail` what it is about: on a terminal in place, elsewhere as a line. */
  async during<T>(what: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> {
    const step: ShownStep = { what, since: performance.now(), detail: '' };
    this.#steps.add(step);
    if (this.#out.isTTY) {
      this.#redraw();
      this.#timer ??= setInterval(() => this.#redraw(), EVERY_MS).unref();
    } else this.say(what);
    try {
      return await work((text) => {
        step.detail = text;
        if (this.#out.isTTY) this.#redraw();
        else this.say(`${what}  ${text}`);
      });
    } finally {
      this.#erase();
      this.#steps.delete(step);
      this.#draw();
    }
  }

  end(): void {
    this.#erase();
    clearInterval(this.#timer);
  }

  #redraw(): void {
    this.#erase();
    this.#draw();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#out.write(`\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(this.#drawn - 1)}`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#out.isTTY || this.#steps.size === 0) return;
    const width = (this.#out.columns ?? 80) - 1;
    const lines = [...this.#steps].map(({ what, since, detail }) =>
      printable(
        [what, formatDuration(performance.now() - since), detail].filter((part) => part !== '').join('  '),
      ).slice(0, width),
    );
    this.#out.write(lines.join('\n'));
    this.#drawn = lines.length;
  }
}

/** What reached the board, without what did not happen. */
export function pushedWords({ lines, pushed, refused = 0 }: CarriedBatch, dry: boolean): string {
  if (dry) return `${plural(lines, 'line')} looked at, nothing sent`;
  if (pushed === undefined) return plural(lines, 'line');
  const parts = [
    ...effect('items', pushed.itemsCreated, pushed.itemsUpdated, pushed.itemsArchived),
    ...effect('sizes', pushed.subitemsCreated, pushed.subitemsUpdated, pushed.subitemsArchived),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(pushed.pending > 0 ? [`${pushed.pending} pending`] : []),
  ];
  return `${plural(lines, 'line')}; ${parts.length === 0 ? 'the board had it already' : parts.join(', ')}`;
}

function effect(kind: string, created: number, updated: number, archived: number): string[] {
  const counts = Object.entries({ created, updated, archived }).filter(([, count]) => count > 0);
  return counts.map(([what, count]) => `${count} ${kind} ${what}`);
}
