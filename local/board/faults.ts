import { createHash } from 'node:crypto';
import { z } from 'zod';
import { addTo } from '../../shared/ground/lists.js';
import { type AskedError, askedError, type ErrorForm, errorFormSchema, isAskedError } from './asked-error.js';
import type { RootField } from './complexity.js';
import { draw, drawInteger } from './draw.js';
import { editSchema, type HandEdit } from './hand/edits.js';
import { RECORDED } from './recorded/recorded.js';

/** Every fault but `error:CODE` and `recorded:ID`, in the order in which chance is asked for them. */
export const FAULTS = [
  'refuse429',
  'refuse5xx',
  'refuseHtml',
  'lock423',
  'reset',
  'resetAfterCommit',
  'partialCommit',
  'lateCommit',
  'hang',
  'hangAfterCommit',
  'slow',
  'truncated',
  'emptyBody',
  'readLag',
  'cacheOff',
  'fail5xxAfterCommit',
  'failHtmlAfterCommit',
] as const;
export type FaultName = (typeof FAULTS)[number] | `error:${string}` | `recorded:${string}`;

const faultName = z.custom<FaultName>(
  (name) => typeof name === 'string' && ((FAULTS as readonly string[]).includes(name) || isAskedError(name)),
  {
    error: ({ input }) =>
      `there is no fault ${String(input)}; the faults are ${FAULTS.join(', ')}, error:CODE, error:CODE@field, ` +
      `error:CODE@request, and recorded:ID with one of ${[...RECORDED.keys()].join(', ')}`,
  },
);

/** Checked one by one, for a key that is wrong is not named otherwise. */
function ratesOf(rates: Record<string, number>): [FaultName, number][] {
  return Object.entries(rates).map(([name, rate]) => [faultName.parse(name), rate]);
}

const entrySchema = z
  .strictObject({
    operation: z.string().min(1),
    /** Which of the fields that fit, counted from 1; without it each of them. */
    nth: z.number().int().min(1).optional(),
    /** Only fields that have this text or number among their arguments, at any depth. */
    value: z.union([z.string(), z.number()]).optional(),
    fault: faultName.optional(),
    ...errorFormSchema.shape,
    /** A planner's hand that acts just before the field is carried out, in the middle of a request that has others. */
    edit: editSchema.optional(),
  })
  .refine(({ fault, edit }) => (fault === undefined) !== (edit === undefined), 'either fault or edit must be given');
type ScriptedFault = z.infer<typeof entrySchema>;

export const faultsSchema = z.strictObject({
  seed: z.number().int().optional(),
  rates: z.record(z.string(), z.number().min(0).max(1)).transform(ratesOf).optional(),
  script: z.array(entrySchema).optional(),
});
export type FaultPlan = z.infer<typeof faultsSchema>;

/** A field of a request as faults look at it. */
export type AskedField = Pick<RootField, 'operation'> & { args: () => Record<string, unknown> };

/** A fault that hits a request, and the field of the request that it is about. */
export interface Fault {
  name: FaultName;
  /** Place of the field among the request's fields: where an error strikes, the last that partialCommit carries out. */
  field: number;
  /** In [0, 1): which variant, where there are several. */
  chance: number;
  /** How the whole request is refused, when it is an error of that scope. */
  refusal: AskedError | null;
  /** Errors of single fields, by the place of the field; a script may name several fields of one request. */
  errors: ReadonlyMap<number, AskedError>;
}

/** What is to happen to a request. */
export interface Picked {
  fault: Fault | null;
  /** Edits by the place of the field before which they are carried out. */
  hands: ReadonlyMap<number, HandEdit[]>;
}

/**
 * The faults to come. A script counts fields: the third create_item asked for since the script was posted hits the
 * request that carries it. Rates are drawn from the seed, the body and how often that body has come.
 */
export class Faults {
  #seed: number;
  #rates: [FaultName, number][] = [];
  #script: { entry: ScriptedFault; met: number }[] = [];
  readonly #bodies = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  plan(plan: FaultPlan): void {
    this.clear();
    this.#seed = plan.seed ?? this.#seed;
    this.#rates = plan.rates ?? [];
    this.#script = (plan.script ?? []).map((entry) => ({ entry, met: 0 }));
  }

  clear(): void {
    this.#rates = [];
    this.#script = [];
    this.#bodies.clear();
  }

  /** What is to happen to the next request, which has these fields. */
  pick(fields: readonly AskedField[], body: string): Picked {
    const { fault, hands } = this.#scripted(fields, body);
    return { fault: fault ?? this.#drawn(fields.length, body), hands };
  }

  /** The first entry that fits says what becomes of the request; errors of single fields add up. */
  #scripted(fields: readonly AskedField[], body: string): Picked {
    let hit: Fault | null = null;
    const hands = new Map<number, HandEdit[]>();
    const errors = new Map<number, AskedError>();
    for (const [field, asked] of fields.entries()) {
      for (const entry of this.#meeting(asked)) {
        const { fault, edit, ...form } = entry;
        if (edit !== undefined) addTo(hands, field, edit);
        if (fault === undefined) continue;
        const chance = draw(this.#seed, 'script', body);
        hit ??= faultOf({ name: fault, field, chance }, form, errors);
        const error = askedError(fault, form);
        if (error?.scope === 'field' && !errors.has(field)) errors.set(field, error);
      }
    }
    return { fault: hit, hands };
  }

  /** The entries whose turn it is at this field. */
  #meeting(asked: AskedField): ScriptedFault[] {
    return this.#script.flatMap((each) => {
      const { operation, nth, value } = each.entry;
      if (operation !== asked.operation || (value !== undefined && !holds(asked.args(), String(value)))) return [];
      each.met += 1;
      return nth === undefined || nth === each.met ? [each.entry] : [];
    });
  }

  #drawn(count: number, body: string): Fault | null {
    if (this.#rates.length === 0) return null;
    const hash = createHash('sha256').update(body).digest('base64');
    const times = (this.#bodies.get(hash) ?? 0) + 1;
    this.#bodies.set(hash, times);
    for (const [name, rate] of this.#rates) {
      if (draw(this.#seed, name, hash, times) >= rate) continue;
      const fields = Math.max(1, count);
      // A partial commit leaves at least one field out where there is more than one.
      const last = name === 'partialCommit' ? Math.max(0, fields - 2) : fields - 1;
      const field = drawInteger(0, last, this.#seed, name, hash, times, 'field');
      return faultOf({ name, field, chance: draw(this.#seed, name, hash, times, 'variant') });
    }
    return null;
  }
}

function faultOf(
  met: Pick<Fault, 'name' | 'field' | 'chance'>,
  form: ErrorForm = {},
  errors: Map<number, AskedError> = new Map(),
): Fault {
  const error = askedError(met.name, form);
  if (error?.scope === 'field') errors.set(met.field, error);
  return { ...met, refusal: error?.scope === 'request' ? error : null, errors };
}

/** Whether a text stands anywhere in arguments; values of columns are JSON texts of their own. */
function holds(argument: unknown, text: string): boolean {
  if (typeof argument === 'object' && argument !== null) {
    return Object.values(argument).some((each) => holds(each, text));
  }
  if (String(argument) === text) return true;
  return typeof argument === 'string' && /^\s*[[{"]/.test(argument) && holds(decoded(argument), text);
}

function decoded(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
