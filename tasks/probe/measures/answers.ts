import { z } from 'zod';
import { newUuid } from '../../../shared/ground/ids.js';
import { API_VERSION } from '../../../shared/monday/client.js';
import type { MutationField } from '../../../shared/monday/operations.js';
import type { Exchange } from '../calls.js';
import type { Lab } from '../lab.js';
import { type Fact, itemName, type Measured } from '../measure.js';
import { labelValue } from './labels.js';

const factsSchema = z.object({
  me: z.object({ account: z.object({ tier: z.string().nullish() }) }),
  platform_api: z.object({ daily_limit: z.object({ total: z.number().nullish() }).nullish() }).nullish(),
});

/** What every answer says beside its data, and which limits the account is told to have. */
export async function beside(lab: Lab) {
  const { answer, reply } = await lab.read('getAccount', {});
  const account = factsSchema.safeParse(answer.kind === 'answered' ? answer.data : undefined);
  const notes: Record<string, Fact> = {};
  for (const [name, { quota, windowMs }] of answer.limits) {
    notes[name] = windowMs === undefined ? (quota ?? 0) : `${quota} in ${windowMs / 1_000} s`;
  }
  const daily = account.data?.platform_api?.daily_limit?.total;
  if (account.data?.me.account.tier != null) notes['tier'] = account.data.me.account.tier;
  if (daily != null) notes['callsPerDay'] = daily;
  if (answer.complexity !== undefined) notes['pointsBefore'] = answer.complexity.before;
  return {
    answered: {
      apiVersion: reply.headers.get('api-version') ?? `not told (asked for ${API_VERSION})`,
      requestId: answer.requestId !== undefined,
      policies: [...answer.limits.keys()].sort().join(', '),
      remainingIsTold: answer.limits.get('complexityMinute')?.remaining !== undefined,
      dailyLimitIsTold: daily != null,
    },
    notes,
  };
}

/** What was seen while the other points were measured. */
export async function onTheWay(lab: Lab): Promise<Measured<'nullWithoutError' | 'lostAnswers'>> {
  const limits = [...lab.limitsMet].join(', ');
  return {
    answered: { nullWithoutError: lab.unexplained, lostAnswers: lab.lost },
    notes: { limitsMet: limits === '' ? 'none' : limits },
  };
}

const again = ({ answer }: Exchange): string => {
  if (answer.replayed) return 'the first answer';
  return answer.kind === 'answered' ? 'executed' : answer.failure.code;
};

/** What is kept under an idempotency key: successes, refusals, answers that are partly good; and for which body. */
export async function keptAnswers(lab: Lab) {
  const dropdown = await lab.column('dropdown');
  const refused = { [dropdown]: labelValue('dropdown', 'Probe no such label') };
  const twice = async (
    fields: readonly MutationField[],
    others = fields,
    key: string = newUuid(),
  ): Promise<Exchange> => {
    await lab.send(fields, { key });
    return lab.send(others, { key, repeat: false });
  };
  const item = (alias: string, what: string, values = {}) => lab.newItem({ alias, what, values });
  const success = await twice([item('a', 'kept success')]);
  const refusal = await twice([item('a', 'kept refusal', refused)]);
  const partial = await twice([item('a', 'kept in part'), item('b', 'kept in part refused', refused)]);
  const otherBody = await twice([item('a', 'kept first body')], [item('a', 'kept other body')]);
  const longKey = await twice([item('a', 'kept long key')], undefined, newUuid().padEnd(255, 'x'));
  const names = (await lab.items()).map(({ name }) => name);
  const count = (what: string): number => names.filter((name) => name === itemName(what)).length;
  return {
    answered: {
      success: again(success),
      refusal: again(refusal),
      partly: again(partial),
      otherBody: again(otherBody),
      keyOf255: again(longKey),
      itemsOfOneSuccess: count('kept success'),
      itemsOfOnePart: count('kept in part'),
      itemsOfTheOtherBody: count('kept other body'),
    },
  };
}
