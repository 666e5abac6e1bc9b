import type { Braked, ChangeCounts } from '../../../shared/store/change-sets.js';
import { NONE, UNACKNOWLEDGED, unknownNumberOf } from '../read/flags.js';
import type { Sides } from '../read/source.js';
import { lineKeyOf, type Matching } from './matching.js';
import { AT_WORK, isChange, judgeSource, judgeVanished, type Verdict } from './verdict.js';

/** Counts of one customer in one run; `known` is the brake's measure. */
export interface Tally extends ChangeCounts {
  frozen: number;
  /** Of these, lines in an open batch of another customer. */
  atWork: number;
  /** Acknowledged lines whose content changed. */
  largeChanges: number;
  /** Acknowledged lines that are deleted or pending. */
  largeDeletes: number;
  /** Acknowledged lines that left scope because of an unknown name or word. */
  left: number;
}

export interface JudgeOptions {
  full: boolean;
  /** The source did not change during the scan. */
  mayDelete: boolean;
  confirmed: boolean;
  /** Rule 11: by line key, the customer in whose open batch a line is. */
  atWork: ReadonlyMap<string, string>;
}

const COUNT_OF = {
  NEW: 'new',
  CHANGED: 'changed',
  DELETED: 'deleted',
  REKEYED: 'rekeyed',
  UNCHANGED: 'unchanged',
  PENDING: 'pendingDeletes',
  OUT_OF_SCOPE: 'outOfScope',
  FROZEN: 'frozen',
} as const satisfies Record<Verdict['change'], keyof Tally>;

export const emptyTally = (): Tally => ({
  new: 0,
  changed: 0,
  deleted: 0,
  rekeyed: 0,
  unchanged: 0,
  pendingDeletes: 0,
  movedOut: 0,
  outOfScope: 0,
  frozen: 0,
  atWork: 0,
  known: 0,
  largeChanges: 0,
  largeDeletes: 0,
  left: 0,
});

/** One line of the run: its verdict, its source ordinal and its known ordinal; either may be NONE. */
export interface JudgedLine {
  readonly verdict: Verdict;
  readonly sourceLine: number;
  readonly knownLine: number;
}

/** Every line once: all of the source, then the known lines that vanished. */
export function* judgeLines(sides: Sides, matching: Matching, options: JudgeOptions): Generator<JudgedLine> {
  const { source, known } = sides;
  const someAtWork = options.atWork.size > 0;
  for (let line = 0; line < source.lines.size; line++) {
    const found = judgeSource(sides, matching, line, options);
    const isOthers =
      someAtWork &&
      isChange(found) &&
      isAtWork(sides, options, lineKeyOf(sides, matching, line), source.lines.customerOf(line));
    yield { verdict: isOthers ? AT_WORK : found, sourceLine: line, knownLine: matching.knownOf(line) };
  }
  for (const line of matching.vanished()) {
    const found = judgeVanished(sides, line, options);
    const isOthers =
      someAtWork && isChange(found) && isAtWork(sides, options, known.keyOf(line), known.customerOf(line));
    yield { verdict: isOthers ? AT_WORK : found, sourceLine: NONE, knownLine: line };
  }
}

/** Whether an open batch of another customer has the line: two would overwrite what the other sends. */
function isAtWork({ names }: Sides, { atWork }: JudgeOptions, lineKey: string, customer: number): boolean {
  const other = atWork.get(lineKey);
  return other !== undefined && other !== names.nameOf(customer);
}

/**
 * Rule 3: counts over everything, by customer number; a line that moved counts for its new customer. To the brake one
 * that left scope by an unknown name or word is still the customer's whose line the board shows.
 */
export function tallyLines(sides: Sides, matching: Matching, options: JudgeOptions): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  const tallyOf = (customer: number): Tally => {
    const known = tallies.get(customer);
    if (known) return known;
    const made = emptyTally();
    tallies.set(customer, made);
    return made;
  };
  const { known } = sides;
  for (const { verdict, sourceLine, knownLine } of judgeLines(sides, matching, options)) {
    const isKnown = knownLine !== NONE && knownLine < known.live;
    const customer = sourceLine === NONE ? known.customerOf(knownLine) : sides.source.lines.customerOf(sourceLine);
    const tally = tallyOf(customer);
    tally[COUNT_OF[verdict.change]]++;
    if (verdict === AT_WORK) tally.atWork++;
    if (isKnown && (known.flagsOf(knownLine) & UNACKNOWLEDGED) === 0) {
      const left = verdict.change === 'OUT_OF_SCOPE' && unknownNumberOf(sides.source.lines.flagsOf(sourceLine)) > 0;
      const owner = left ? tallyOf(known.customerOf(knownLine)) : tally;
      owner.known++;
      if (left) owner.left++;
    }
    if (verdict.large) tally[verdict.change === 'CHANGED' ? 'largeChanges' : 'largeDeletes']++;
    if (isKnown && known.customerOf(knownLine) !== customer) tallyOf(known.customerOf(knownLine)).movedOut++;
  }
  return tallies;
}

export interface BrakeSettings {
  MAX_CHANGE_SHARE: number;
  MAX_DELETE_SHARE: number;
  BRAKE_MIN_LINES: number;
}

/** Rules 7 and 8: whether so many lines of a customer changed, vanished or left scope that somebody should check first. */
export function brake(customer: string, tally: Tally, settings: BrakeSettings): Braked | undefined {
  const { known, largeChanges: changed, largeDeletes: deleted, left } = tally;
  if (known < settings.BRAKE_MIN_LINES) return undefined;
  const numbers = { known, changed, deleted };
  if (changed > known * settings.MAX_CHANGE_SHARE) return { customer, reason: 'CHANGES', ...numbers };
  if (deleted > known * settings.MAX_DELETE_SHARE) return { customer, reason: 'DELETES', ...numbers };
  if (left > known * settings.MAX_DELETE_SHARE) return { customer, reason: 'SCOPE', ...numbers, left };
  return undefined;
}
