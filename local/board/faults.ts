import { createHash } from 'node:crypto';
import { z } from 'zod';
import { draw, drawInteger } from './draw.js';
import { faultCode } from './error-codes.js';

/** Every fault but `error:CODE`, in the order in which chance is asked for them. */
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
export type FaultName = (typeof FAULTS)[number] | `error:${string}`;

const faultName = z.custom<FaultName>(
  (name) => typeof name === 'string' && ((FAULTS as readonly string[]).includes(name) || /^error:./.test(name)),
  { error: ({ input }) => `there is no fault ${String(input)}; the faults are ${FAULTS.join(', ')} and error:CODE` },
);

/** Checked one by one, for a key that is wrong is not named otherwise. */
function ratesOf(rates: Record<string, number>): [FaultName, number][] {
  return Object.entries(rates).map(([name, rate]) => [faultName.parse(name), rate]);
}

export const faultsSchema = z.strictObject({
  seed: z.number().int().optional(),
  rates: z.record(z.string(), z.number().min(0).max(1)).transform(ratesOf).optional(),
  script: z
    .array(z.strictObject({ operation: z.string().min(1), nth: z.number().int().min(1), fault: faultName }))
    .optional(),
});
export type FaultPlan = z.infer<typeof faultsSchema>;

/** A fault that hits a request, and the field of the request that it is about. */
export interface Fault {
  name: FaultName;
  /** Place of the field among the request's fields: where error:CODE strikes, the last that partialCommit carries out. */
  field: number;
  /** In [0, 1): which variant, where there are several. */
  chance: number;
}

/**
 * The faults to come. A script counts fields: the third create_item asked for since the script was posted hits the
 * request that carries it. Rates are drawn from the seed, the body and how often that body has come.
 */
export class Faults {
  #seed: number;
  #rates: [FaultName, number][] = [];
  #script: { operation: string; nth: number; fault: FaultName }[] = [];
  readonly #asked = new Map<string, number>();
  readonly #bodies = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  plan(plan: FaultPlan): void {
    this.clear();
    this.#seed = plan.seed ?? this.#seed;
    this.#rates = plan.rates ?? [];
    this.#script = [...(plan.script ?? [])];
  }

  clear(): void {
    this.#rates = [];
    this.#script = [];
    this.#asked.clear();
    this.#bodies.clear();
  }

  /** The fault that hits the next request, whose fields are these operations. */
  pick(operations: readonly string[], body: string): Fault | null {
    return this.#scripted(operations, body) ?? this.#drawn(operations, body);
  }

  #scripted(operations: readonly string[], body: string): Fault | null {
    let hit: Fault | null = null;
    for (const [field, operation] of operations.entries()) {
      const nth = (this.#asked.get(operation) ?? 0) + 1;
      this.#asked.set(operation, nth);
      const entry = this.#script.find((each) => each.operation === operation && each.nth === nth);
      if (entry !== undefined) hit ??= { name: entry.fault, field, chance: draw(this.#seed, 'script', body) };
    }
    return hit;
  }

  #drawn(operations: readonly string[], body: string): Fault | null {
    if (this.#rates.length === 0) return null;
    const hash = createHash('sha256').update(body).digest('base64');
    const times = (this.#bodies.get(hash) ?? 0) + 1;
    this.#bodies.set(hash, times);
    for (const [name, rate] of this.#rates) {
      if (draw(this.#seed, name, hash, times) >= rate) continue;
      const fields = Math.max(1, operations.length);
      // A partial commit leaves at least one field out where there is more than one.
      const last = name === 'partialCommit' ? Math.max(0, fields - 2) : fields - 1;
      const field = drawInteger(0, last, this.#seed, name, hash, times, 'field');
      return { name, field, chance: draw(this.#seed, name, hash, times, 'variant') };
    }
    return null;
  }
}

/** The code of an `error:CODE`, when the fault is one of that scope. */
export function codeOf(fault: Fault | null, scope: 'request' | 'field'): string | null {
  if (!fault?.name.startsWith('error:')) return null;
  const code = fault.name.slice('error:'.length);
  return faultCode(code).scope === scope ? code : null;
}
