import { describe, expect, it } from '@jest/globals';
import { Screen } from '../../../local/sync/screen.js';

const [ESCAPE, CLEAR, UP] = ['\u001b', '\u001b[2K', '\u001b[1A'] as const;
const MOVES = new RegExp(`(${ESCAPE}\\[2K|${ESCAPE}\\[1A|\\r|\\n)`);

/** What somebody sees of what is written to a terminal of 40 columns, the cursor's moves carried out. */
class Terminal {
  readonly isTTY: boolean;
  readonly columns = 40;
  readonly #lines: string[] = [''];
  #row = 0;

  constructor(isTTY = true) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    for (const part of text.split(MOVES)) {
      if (part === CLEAR) this.#lines[this.#row] = '';
      else if (part === UP) this.#row -= 1;
      else if (part === '\n') this.#row += 1;
      else if (part !== '\r') this.#lines[this.#row] = `${this.#lines[this.#row] ?? ''}${part}`;
    }
    return true;
  }

  get shown(): string[] {
    return this.#lines.map((line) => line.replace(/\d+(?:\.\d+)? m?s/, '0 ms')).filter((line) => line !== '');
  }
}

const on = (terminal: Terminal): Screen => new Screen(terminal as unknown as NodeJS.WriteStream);
const work = () => {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
};

describe('the screen of a run', () => {
  it('has a line for each customer that is worked on, below what stays', async () => {
    const terminal = new Terminal();
    const screen = on(terminal);
    const [one, other] = [work(), work()];
    const first = screen.during('1/2  GREYSON  push', (detail) => {
      detail('40 %, about 3 min left, and more than fits on a line');
      return one.done;
    });
    const second = screen.during('2/2  TITLE NINE  stage', () => other.done);
    expect(terminal.shown).toEqual(
      ['1/2  GREYSON  push  0 ms  40 %, about 3', '2/2  TITLE NINE  stage  0 ms'].map((line) =>
        expect.stringContaining(line.slice(0, 30)),
      ),
    );
    screen.say('1/2  GREYSON  push  warning: Refused.');
    expect(terminal.shown).toHaveLength(3);
    expect(terminal.shown[0]).toBe('1/2  GREYSON  push  warning: Refused.');
    one.end();
    await first;
    screen.say('1/2  GREYSON: done.');
    expect(terminal.shown).toEqual([
      '1/2  GREYSON  push  warning: Refused.',
      '1/2  GREYSON: done.',
      '2/2  TITLE NINE  stage  0 ms',
    ]);
    other.end();
    await second;
    screen.end();
    expect(terminal.shown).toEqual(['1/2  GREYSON  push  warning: Refused.', '1/2  GREYSON: done.']);
  });

  it('begins each line with its customer where several write to a file', async () => {
    const file = new Terminal(false);
    const screen = on(file);
    const other = work();
    const second = screen.during('2/2  TITLE NINE  push', (detail) => {
      detail('Waiting.');
      return other.done;
    });
    await screen.during('1/2  GREYSON  push', async (detail) => detail('40 %'));
    other.end();
    await second;
    screen.end();
    expect(file.shown).toEqual([
      '2/2  TITLE NINE  push',
      '2/2  TITLE NINE  push  Waiting.',
      '1/2  GREYSON  push',
      '1/2  GREYSON  push  40 %',
    ]);
  });
});
