import { z } from 'zod';

/** The steps of the flow that a schedule plays. */
export const TASKS = ['detect', 'batch', 'stage', 'push', 'promote', 'archive'] as const;
export type TaskName = (typeof TASKS)[number];

/** What happens to the source. Lines are named by number; an edit that finds nothing to do does nothing. */
const edit = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('set'),
    line: z.number(),
    values: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  }),
  z.strictObject({ kind: z.literal('delete'), line: z.number() }),
  /** A line that was deleted, or never there, appears; `fresh`: under a new uuid. */
  z.strictObject({ kind: z.literal('appear'), line: z.number(), fresh: z.boolean() }),
  z.strictObject({ kind: z.literal('rekey'), line: z.number() }),
  /** The source is rebuilt: every line gets a new uuid. */
  z.strictObject({ kind: z.literal('reload') }),
]);
export type Edit = z.infer<typeof edit>;

/** A column by its id, and which board it is on: without it the items' board. */
const column = z.string();
const board = z.literal('subitems').optional();
/** Which of those that there are by then. */
const place = z.number().int().min(0);

/** What a planner does to the board; where there is nothing for it, nothing is done. */
const hand = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('group'), to: z.enum(['rename', 'archive', 'delete']), place }),
  z.strictObject({ kind: z.literal('column'), to: z.enum(['rename', 'archive', 'delete', 'retype']), column, board }),
  z.strictObject({ kind: z.literal('label'), to: z.enum(['rename', 'deactivate', 'delete']), column, board, place }),
  /** The account manages the column from then on: its labels are no longer the board's to make. */
  z.strictObject({ kind: z.literal('managed'), column, board }),
  /** `required`, or a text that values must not contain. */
  z.strictObject({ kind: z.literal('rule'), column, board, rule: z.string() }),
  z.strictObject({ kind: z.literal('board') }),
  z.strictObject({ kind: z.literal('item'), to: z.enum(['edit', 'archive', 'delete']), place }),
  z.strictObject({ kind: z.literal('size'), to: z.enum(['edit', 'archive', 'delete']), place }),
]);
export type Hand = z.infer<typeof hand>;

/** The operation of a task, counted from 1, at which something happens: a statement, a BEGIN or COMMIT, or a request. */
const at = z.number().int().min(1);
/** What is counted: every operation, or only the requests that write to the board. */
const of = z.literal('writes').optional();
const side = z.enum(['before', 'after']);

const disturbance = z.discriminatedUnion('kind', [
  /** The process dies. A request that is out reaches the board `lateMs` later, when there is one. */
  z.strictObject({ kind: z.literal('kill'), at, of, side, lateMs: z.number().min(0).optional() }),
  /** The database connection is cut before the statement arrives, or before its answer does. */
  z.strictObject({ kind: z.literal('cut'), at, side }),
  /** The process stands still. */
  z.strictObject({ kind: z.literal('pause'), at, ms: z.number().min(0) }),
  /** The server drops the connections of its locks; the process never hears of it. */
  z.strictObject({ kind: z.literal('locks'), at, of }),
  z.strictObject({ kind: z.literal('edit'), at, edit }),
  /** A planner's hand, in the middle of a task. */
  z.strictObject({ kind: z.literal('hand'), at, of, hand }),
]);
export type Disturbance = z.infer<typeof disturbance>;

/** Rates of the board's faults while a step runs. */
const faults = z.record(z.string(), z.number().min(0).max(1));

const step = z.discriminatedUnion('do', [
  /** The next step of the flow, or the same one again if it did not end well; `pass`: promote follows a push that did not. */
  z.strictObject({ do: z.literal('next'), disturbances: z.array(disturbance), faults, pass: z.boolean().optional() }),
  /** The step that was last done, once more. */
  z.strictObject({ do: z.literal('again') }),
  /** The next step by two processes at once, or beside the detect of a new run. */
  z.strictObject({
    do: z.literal('pair'),
    beside: z.enum(['same', 'detect']),
    disturbances: z.array(disturbance),
    faults,
  }),
  /** The next step of so many customers of the run at once, with trouble for one of them, or the last that there is. */
  z.strictObject({
    do: z.literal('abreast'),
    customers: z.number().int().min(1),
    troubled: z.number().int().min(1),
    disturbances: z.array(disturbance),
    faults,
  }),
  /** A new run begins over whatever is open. */
  z.strictObject({ do: z.literal('renew') }),
  z.strictObject({ do: z.literal('edit'), edit }),
  z.strictObject({ do: z.literal('hand'), hand }),
  z.strictObject({ do: z.literal('time'), ms: z.number().min(0) }),
]);
export type Step = z.infer<typeof step>;

export const scheduleSchema = z.strictObject({
  seed: z.number().int(),
  /** In this process on a fake clock, or with the real executables and real kills. */
  mode: z.enum(['simulated', 'real']),
  /** Lines at the start, of each customer. */
  lines: z.array(z.number().int().min(0)),
  /** Limits and habits of the board. */
  limits: z.record(z.string(), z.number()),
  steps: z.array(step),
  /** When the faults have ended: what is open is finished first, or a new run begins at once. */
  ending: z.enum(['resume', 'renew']),
});
export type Schedule = z.infer<typeof scheduleSchema>;
