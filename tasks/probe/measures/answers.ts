import { z } from 'zod';
import { API_VERSION } from '../../../shared/monday/client.js';
import type { Lab } from '../lab.js';
import type { Fact, Measured } from '../point.js';

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
