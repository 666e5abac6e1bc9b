import { formatDuration } from '../../shared/ground/clock.js';
import { plural, printable } from '../../shared/ground/text.js';
import { printLines } from '../../shared/runtime/outputs.js';
import type { CarriedBatch } from './carrying.js';

/** How often what is worked on is drawn anew on a terminal. */
const EVERY_MS = 500;

/** Tells how far a run is: one line that is rewritten on a terminal, a line a step elsewhere. */
export class Screen {
  readonly #out: NodeJS.WriteStream;
  #doing: { what: string; since: number; detail: string } | undefined;
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

  begin(what: string): void {
    this.#doing = { what, since: performance.now(), detail: '' };
    if (this.#out.isTTY) {
      this.#draw();
      this.#timer ??= setInterval(() => this.#draw(), EVERY_MS).unref();
    } else this.say(what);
  }

  /** What the step says of itself; on a terminal in place, elsewhere a line. */
  detail(text: string): void {
    if (this.#doing === undefined) return;
    this.#doing.detail = text;
    if (this.#out.isTTY) this.#draw();
    else this.say(`  ${text}`);
  }

  end(): void {
    this.#erase();
    this.#doing = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #erase(): void {
    if (this.#out.isTTY && this.#doing !== undefined) this.#out.write('\r\u001b[2K');
  }

  #draw(): void {
    if (!this.#out.isTTY || this.#doing === undefined) return;
    const { what, since, detail } = this.#doing;
    const line = [what, formatDuration(performance.now() - since), detail].filter((part) => part !== '').join('  ');
    this.#out.write(`\r\u001b[2K${printable(line).slice(0, (this.#out.columns ?? 80) - 1)}`);
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
