import { draw, drawInteger } from '../../local/board/draw.js';
import { FAULTS as BOARD_FAULTS } from '../../local/board/faults.js';
import { type Disturbance, type Edit, type Hand, type Schedule, type Step, TASKS, type TaskName } from './schedule.js';

/** One in so many schedules is played with real processes. */
const REAL_EVERY = 5;
/** One in so many, of those the odd ones, carries several customers side by side. */
const ABREAST_EVERY = 10;
const ABREAST_CUSTOMERS = 3;

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Faults of the board that a step may meet; what leaves an outcome open stands twice. */
const FAULTS = [
  'resetAfterCommit',
  'partialCommit',
  'lateCommit',
  'lateCommit',
  'hangAfterCommit',
  'readLag',
  'cacheOff',
  ...BOARD_FAULTS,
  'error:IDEMPOTENCY_CONFLICT',
  'error:FIELD_LIMIT_EXCEEDED',
  'error:ColumnValueException',
  'error:DATA_VALIDATIONS_ERROR',
  'error:SOMETHING_NEW@field',
  'error:INTERNAL_SERVER_ERROR@field',
  'error:tooManyRequests',
  'error:REVISION_MISMATCH',
  'recorded:timeout',
  'recorded:timeout-without-message',
  'recorded:html-502',
  'recorded:internal-500',
  'recorded:locked',
  'recorded:subgraph-whole',
  'recorded:subgraph-partial',
  'recorded:complexity-legacy',
] as const;
/** Those that tell a long wait, which only a clock that jumps has the time for. */
const LONG_WAITS = [
  'recorded:minute-rate',
  'recorded:concurrency',
  'recorded:complexity-in-200',
  'recorded:field-limit',
  'recorded:field-limit-legacy',
  'recorded:ip-rate',
] as const;

type Change = Extract<Hand, { kind: 'column' }>['to'];

/** Columns of the items' board that a planner may change: all of them are written. */
const TEXTS = ['text_mkr5ej2x', 'text_mkrh94rx', 'text_mkr5wya6', 'line_key'] as const;
const LABELLED = [
  'dropdown_mkr518fc',
  'dropdown_mkr5tgaa',
  'dropdown_mkr5rgs6',
  'dropdown_mkr542p2',
  'color_mkr5yf27',
] as const;
/** Those of the subitems' board. */
const SIZE = 'dropdown_mkrak7qp';
const QUANTITY = 'numeric_mkra7j8e';
const KEY = 'line_key';
const CHANGES = ['rename', 'archive', 'delete', 'retype'] as const;
/** The keys and the sizes are not retyped, for nothing would be left of them to mend; no one renames a key. */
const CHANGES_OF: Readonly<Record<string, readonly [Change, ...Change[]]>> = {
  [KEY]: ['archive', 'delete'],
  [SIZE]: ['rename', 'archive', 'delete'],
};

/** About how many operations a task of a small order has: where in it something happens is drawn from these. */
const OPERATIONS: Readonly<Record<TaskName, number>> = {
  detect: 26,
  batch: 14,
  stage: 22,
  push: 110,
  promote: 24,
  archive: 16,
};

/** Everything drawn for one schedule, in one sequence. */
class Chance {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  whole(low: number, high: number): number {
    this.#drawn += 1;
    return drawInteger(low, high, this.#seed, 'schedule', this.#drawn);
  }

  is(probability: number): boolean {
    this.#drawn += 1;
    return draw(this.#seed, 'schedule', this.#drawn) < probability;
  }

  of<const T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }
}

/** The schedule of a seed: always the same one. */
export function scheduleOf(seed: number): Schedule {
  const chance = new Chance(seed);
  const mode = seed % REAL_EVERY === 0 ? 'real' : 'simulated';
  if (seed % ABREAST_EVERY === REAL_EVERY) return abreast(seed, chance);
  const customers = mode === 'real' || chance.is(0.6) ? 1 : 2;
  const lines = Array.from({ length: customers }, () => chance.whole(1, mode === 'real' ? 3 : 4));
  const limits = limitsFrom(chance, mode);
  const total = lines.reduce((sum, count) => sum + count, 0);
  const steps = new Story(chance, mode, total).steps(mode === 'real' ? 2 : chance.whole(2, 4));
  return { seed, mode, lines, limits, steps, ending: chance.of(['resume', 'renew']) };
}

/** Some customers of one run, each a step behind the one before or all at the same one: real processes, and real locks. */
function abreast(seed: number, chance: Chance): Schedule {
  const lines = Array.from({ length: ABREAST_CUSTOMERS }, () => chance.whole(1, 2));
  const limits = limitsFrom(chance, 'real');
  const total = lines.reduce((sum, count) => sum + count, 0);
  return {
    seed,
    mode: 'real',
    lines,
    limits,
    steps: new Story(chance, 'real', total).abreast(),
    ending: chance.of(['resume', 'renew']),
  };
}

/**
 * What the vendor leaves open is tried both ways. A send's effect comes within the server's 60 s in all, so late commits
 * are the earlier the longer a mutation takes.
 */
function limitsFrom(chance: Chance, mode: Schedule['mode']): Record<string, number> {
  const habits = {
    lateCommitHoldsKey: chance.whole(0, 1),
    keepFailedAnswers: chance.whole(0, 1),
    boardLock: Number(chance.is(0.2)),
  };
  if (mode === 'real') return { ...habits, lateCommitMs: 300, readLagMs: 300, slowMs: 200, retrySeconds: 0.1 };
  return {
    ...habits,
    mutationMs: chance.of([0, 0, 200, 800]),
    lateCommitMs: chance.of([500, 3 * SECOND, 30 * SECOND]),
    // The last one is longer than push waits: the copy that it leads to is the audit's business.
    readLagMs: chance.of([SECOND, 10 * SECOND, 55 * SECOND, 100 * SECOND]),
    slowMs: chance.of([2 * SECOND, 20 * SECOND]),
    userZoneMinutes: chance.of([0, -300, 660]),
    nestedStateFails: chance.of([0, 1, 2]),
    retrySeconds: chance.of([1, 5]),
    complexityPerMinute: chance.of([2_000_000_000, 2_000_000_000, 1_000_000]),
  };
}

/** How often a task of the flow meets trouble. */
const TROUBLE: Readonly<Record<TaskName, number>> = {
  detect: 0.15,
  batch: 0.15,
  stage: 0.3,
  push: 0.85,
  promote: 0.3,
  archive: 0.25,
};

/** Writes the steps of a schedule: runs of the flow with trouble in them, and edits before, between and after. */
class Story {
  readonly #chance: Chance;
  readonly #mode: Schedule['mode'];
  readonly #edits: Edits;
  /** Two of five boards have a planner whose hand is on them. */
  readonly #planned: boolean;

  constructor(chance: Chance, mode: Schedule['mode'], lines: number) {
    this.#chance = chance;
    this.#mode = mode;
    this.#planned = chance.is(0.4);
    this.#edits = new Edits(chance, lines);
  }

  steps(runs: number): Step[] {
    return Array.from({ length: runs }, (_, run) => this.#run(run === 0)).flat();
  }

  /** Two runs, of which customers go side by side. */
  abreast(): Step[] {
    const chance = this.#chance;
    const run = (): Step[] => {
      const quiet = { disturbances: [], faults: {} };
      const found: Step[] = [
        { do: 'next', ...quiet },
        { do: 'next', ...quiet },
      ];
      const behind = chance.is(0.7);
      // As many as it takes where nothing fails.
      const waves = behind ? ABREAST_CUSTOMERS + 3 : 4;
      for (let wave = 1; wave <= waves; wave += 1) {
        const trouble = chance.is(0.6) ? this.#trouble('push') : quiet;
        const customers = behind ? Math.min(wave, ABREAST_CUSTOMERS) : ABREAST_CUSTOMERS;
        found.push({ do: 'abreast', customers, troubled: chance.whole(1, customers), ...trouble });
      }
      return found;
    };
    return [...run(), { do: 'renew' }, ...Array.from({ length: ABREAST_CUSTOMERS }, () => this.#edit()), ...run()];
  }

  #run(first: boolean): Step[] {
    const chance = this.#chance;
    const steps: Step[] = [];
    for (let count = first ? 0 : chance.whole(1, 2); count > 0; count -= 1) steps.push(this.#edit());
    for (const task of TASKS) {
      if (chance.is(0.2)) steps.push(this.#edit());
      if (this.#planned && chance.is(0.12)) steps.push({ do: 'hand', hand: this.#hand() });
      if (task === 'push' && !first && chance.is(0.12)) return [...steps, ...this.#regretted()];
      steps.push(this.#step(task));
      if (chance.is(0.06)) steps.push({ do: 'again' });
      if (this.#mode === 'simulated' && chance.is(0.04))
        steps.push({ do: 'time', ms: chance.of([40 * SECOND, 2 * HOUR, 30 * HOUR]) });
    }
    if (chance.is(0.6)) steps.push({ do: 'renew' });
    return steps;
  }

  /** Push dies when a change has left, the source returns to the old value, and the next run begins over what is open. */
  #regretted(): Step[] {
    const chance = this.#chance;
    const kill = { kind: 'kill', at: chance.whole(1, 3), of: 'writes', side: 'after' } as const;
    const back = this.#edits.back();
    return [
      { do: 'next', disturbances: [kill], faults: {} },
      ...(back ? [{ do: 'edit', edit: back } as const] : []),
      { do: 'renew' },
    ];
  }

  #hand(): Hand {
    return handFrom(this.#chance);
  }

  #edit(): Step {
    return { do: 'edit', edit: this.#edits.next() };
  }

  #step(task: TaskName): Step {
    const chance = this.#chance;
    const trouble = chance.is(TROUBLE[task]) ? this.#trouble(task) : { disturbances: [], faults: {} };
    if (chance.is(0.07)) return { do: 'pair', beside: chance.of(['same', 'detect']), ...trouble };
    return { do: 'next', ...trouble, ...(task === 'push' && chance.is(0.25) ? { pass: true } : {}) };
  }

  #trouble(task: TaskName): { disturbances: Disturbance[]; faults: Record<string, number> } {
    const chance = this.#chance;
    const faults: Record<string, number> = {};
    for (let count = task === 'push' ? chance.whole(0, 3) : 0; count > 0; count -= 1) {
      const fault = this.#mode === 'simulated' && chance.is(0.15) ? chance.of(LONG_WAITS) : chance.of(FAULTS);
      const most = this.#mode === 'real' || /^error:(Column|DATA|SOME)/.test(fault) ? 20 : 50;
      faults[fault] = chance.whole(5, most) / 100;
    }
    const count = chance.whole(task === 'push' ? 0 : 1, 2);
    return { faults, disturbances: Array.from({ length: count }, () => this.#disturbance(task)) };
  }

  #disturbance(task: TaskName): Disturbance {
    const chance = this.#chance;
    const place = { at: chance.whole(1, OPERATIONS[task]) };
    const write = task === 'push' ? { at: chance.whole(1, 5), of: 'writes' as const } : place;
    const side = chance.of(['before', 'after']);
    if (this.#planned && task === 'push' && chance.is(0.4)) return { kind: 'hand', ...write, hand: this.#hand() };
    const kind = chance.whole(1, 100);
    if (kind <= 20) return { kind: 'kill', ...place, side };
    if (kind <= 50) {
      const late = this.#mode === 'simulated' && task === 'push' && chance.is(0.4);
      return { kind: 'kill', ...write, side, ...(late ? { lateMs: chance.of([SECOND, 30 * SECOND]) } : {}) };
    }
    if (kind <= 70) return { kind: 'cut', ...place, side };
    if (kind <= 82) return { kind: 'edit', ...place, edit: this.#edits.next() };
    if (kind <= 91) return { kind: 'locks', ...chance.of([place, write]) };
    const ms = this.#mode === 'real' ? chance.of([50, 400]) : chance.of([SECOND, 40 * SECOND, 2 * HOUR]);
    return { kind: 'pause', ...place, ms };
  }
}

/** Draws what a planner does. */
function handFrom(chance: Chance): Hand {
  const place = chance.whole(0, 5);
  const kind = chance.whole(1, 100);
  if (kind <= 18) return { kind: 'group', to: chance.of(['rename', 'archive', 'delete']), place };
  if (kind <= 38) return { kind: 'column', ...changeOf(chance) };
  if (kind <= 56)
    return { kind: 'label', to: chance.of(['rename', 'deactivate', 'delete']), ...labelled(chance), place };
  if (kind <= 64) return { kind: 'managed', ...labelled(chance) };
  if (kind <= 74) {
    if (chance.is(0.2)) return { kind: 'rule', column: QUANTITY, board: 'subitems', rule: 'required' };
    return { kind: 'rule', column: chance.of(TEXTS), rule: chance.of(['required', '4', 'PO']) };
  }
  if (kind <= 79) return { kind: 'board' };
  return { kind: chance.of(['item', 'size']), to: chance.of(['edit', 'archive', 'delete']), place };
}

function labelled(chance: Chance): { column: string; board?: 'subitems' } {
  return chance.is(0.25) ? { column: SIZE, board: 'subitems' } : { column: chance.of(LABELLED) };
}

function changeOf(chance: Chance): Pick<Extract<Hand, { kind: 'column' }>, 'to' | 'column' | 'board'> {
  const below = chance.is(0.35);
  const column = below ? chance.of([SIZE, QUANTITY, KEY]) : chance.of(TEXTS);
  return { to: chance.of(CHANGES_OF[column] ?? CHANGES), column, ...(below ? { board: 'subitems' } : {}) };
}

/** Draws edits that change something; often the line and column of the one before, for a value that returns is the hard case. */
class Edits {
  readonly #chance: Chance;
  readonly #lines: number;
  #before: { line: number; column: Column; held: Value } | undefined;
  /** What each edited cell holds by now, as far as no other edit was in vain. */
  readonly #cells = new Map<string, Value>();

  constructor(chance: Chance, lines: number) {
    this.#chance = chance;
    this.#lines = lines;
  }

  next(): Edit {
    const chance = this.#chance;
    if (this.#before && chance.is(0.5)) return this.#set(this.#before);
    const line = chance.whole(1, this.#lines);
    const kind = chance.whole(1, 100);
    if (kind <= 66) return this.#set({ line, column: chance.of(COLUMNS) });
    if (kind <= 78) return { kind: 'delete', line };
    if (kind <= 88) return { kind: 'appear', line: chance.whole(1, this.#lines + 2), fresh: chance.is(0.5) };
    return kind <= 97 ? { kind: 'rekey', line } : { kind: 'reload' };
  }

  /** The cell that was set last gets back what it held before. */
  back(): Edit | undefined {
    if (this.#before === undefined) return undefined;
    const { line, column, held } = this.#before;
    return this.#write(line, column[0], held);
  }

  #set({ line, column }: { line: number; column: Column }): Edit {
    const [name, first, ...others] = column;
    const cell = cellOf(line, name);
    const held = this.#cells.has(cell) ? (this.#cells.get(cell) ?? null) : first;
    this.#before = { line, column, held };
    const [one, ...more] = [first, ...others].filter((value) => value !== held);
    return this.#write(line, name, one === undefined ? first : this.#chance.of([one, ...more]));
  }

  #write(line: number, name: string, value: Value): Edit {
    this.#cells.set(cellOf(line, name), value);
    return { kind: 'set', line, values: { [name]: value } };
  }
}

const cellOf = (line: number, name: string): string => `${line} ${name}`;

type Value = string | number | null;
type Column = readonly [name: string, first: Value, ...others: Value[]];

/** Columns of the source with what they may hold; the first value is that of a new line. */
const COLUMNS: readonly [Column, ...Column[]] = [
  ['NOTES', null, 'FIRST'],
  ['PO NUMBER', null, '4755', '4756'],
  ['CUSTOMER SEASON', null, '2026 SPRING'],
  ['CUSTOMER STYLE', 'MSP26B', 'MSP27C'],
  ['ORDER TYPE', 'ACTIVE', 'CANCELLED'],
  ['CUSTOMER NAME', 'GREYSON CLOTHIERS', 'TITLE 9'],
  ['S', 2, 0, 5],
  ['M', 0, 1, 4],
  ['L', 0, 3],
  ['28', 0, 7],
];
