import { describe, expect, it } from '@jest/globals';
import { defineCommand } from '../../../shared/runtime/command.js';
import { readFlags } from '../../../shared/runtime/flag-values.js';
import { type FlagsOf, flag } from '../../../shared/runtime/flags.js';
import { parseFlags } from '../../../shared/runtime/parse-flags.js';

const sample = defineCommand({
  describe: 'A command.',
  examples: [['$0', 'an example']],
  modes: ['audit'],
  flags: {
    board: flag.matching(/^\d+$/, 'must be a number', 'A board').requiredUnless('audit', 'is missing: name a board'),
    'max-lines': flag.count({ least: 1, greatest: 9 }, 'So many lines').without('audit', ', which reads all'),
    audit: flag.switch('Look only'),
    repair: flag.switch('Mend').with('audit'),
    only: flag.list('These').without(['max-lines', 'repair']),
    host: flag.text('An address').default('here'),
  },
  refuse: ({ host }) => (host === 'nowhere' ? 'There is no such host.' : undefined),
});

const pair = defineCommand({
  describe: 'Another.',
  examples: [],
  modes: ['list', 'explain'],
  either: [],
  flags: { list: flag.switch('List'), explain: flag.text('Explain'), full: flag.switch('All').without('explain') },
});

/** What the work of the command receives, as the compiler sees it. */
function told(flags: FlagsOf<typeof sample>): string {
  // Without the mode a board is there and may be used as text; with it there may be none, and --repair is there.
  return flags.audit ? `audit ${flags.board ?? 'all'} ${flags.repair}` : `${flags.board.padEnd(3)} ${flags.maxLines}`;
}

async function read(...argv: string[]): Promise<unknown> {
  const parsed = await parseFlags('sample', [sample], argv);
  return readFlags(sample, parsed?.flags ?? {});
}

describe('flags that are described once', () => {
  it("are parsed into what the command's function receives", async () => {
    expect(await read('--board', '12', '--max-lines', '3')).toEqual({
      board: '12',
      maxLines: 3,
      audit: false,
      repair: false,
      host: 'here',
    });
    expect(told(await readFlags(sample, { board: '12', maxLines: '3' }))).toBe('12  3');
    expect(told(await readFlags(sample, { audit: true, repair: true }))).toBe('audit all true');
  });

  it.each<[string[], string]>([
    [[], '--board: is missing: name a board'],
    [['--board', 'x'], '--board: must be a number'],
    [['--board', '1', '--max-lines', '10'], '--max-lines: must be a whole number from 1 to 9'],
    [['--board', '1', '--repair'], '--repair: belongs to --audit'],
    [['--audit', '--max-lines', '2'], '--max-lines: does not go with --audit, which reads all'],
    [['--board', '1', '--max-lines', '2', '--only', 'a'], '--only: does not go with --max-lines'],
    [['--board', '1', '--host', ' '], '--host: must not be empty'],
    [['--board', '1', '--host', 'nowhere'], 'There is no such host.'],
    [
      ['--repair', '--max-lines', '0'],
      '--board: is missing: name a board\n--max-lines: must be a whole number from 1 to 9\n--repair: belongs to --audit',
    ],
    [['--max-line', '1'], 'Unknown argument: max-line. Did you mean --max-lines?'],
    [['--board'], '--board needs a value.'],
  ])('are refused: %j', async (argv, sentence) => {
    await expect(read(...argv)).rejects.toThrow(new Error(sentence));
  });

  it('report two modes at once, and a flag that fits neither', async () => {
    await expect(readFlags(pair, { list: true, explain: 'x', full: true })).rejects.toThrow(
      new Error('--list and --explain cannot be asked for at once\n--full: does not go with --explain'),
    );
  });

  it('require exactly one of a group of which one is needed', async () => {
    const one = { flags: { a: flag.text('A'), b: flag.text('B') }, either: ['a', 'b'] } as const;
    await expect(readFlags(one, {})).rejects.toThrow(new Error('Give either --a or --b.'));
    await expect(readFlags(one, { a: '1', b: '2' })).rejects.toThrow(new Error('Give either --a or --b.'));
    expect(await readFlags(one, { b: '2' })).toEqual({ b: '2' });
  });

  it('do not compile when they refer to an unknown flag', () => {
    // @ts-expect-error there is no flag of this name
    const wrong = () => defineCommand({ describe: '', examples: [], flags: { a: flag.text('A').with('none') } });
    expect(wrong).toBeInstanceOf(Function);
    const typed = (flags: FlagsOf<typeof sample>) => {
      // @ts-expect-error --max-lines does not go with the audit
      if (flags.audit) return flags.maxLines;
      return flags.maxLines;
    };
    expect(typed).toBeInstanceOf(Function);
  });
});
