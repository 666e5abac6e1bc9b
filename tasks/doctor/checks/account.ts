import { callsToday } from '../../../shared/store/boards.js';
import type { Check } from '../finding.js';
import { type Found, found } from '../finding.js';
import type { Site } from '../site.js';

/** Beyond this share of a day's calls the next larger change does not fit. */
const SHORT_FROM = 0.8;
/** Trial, free and NGO accounts have a million points a minute: about 33 new items or sizes. */
const SMALL_POINTS = 1_000_000;

/** Whose the token is, and what its account may do. */
export const account: Check = {
  name: 'account',
  async run(site) {
    const { account: seen, connection } = await site.account.get();
    const points = connection.pace.pointsPerMinute;
    const daily = seen.dailyCalls === undefined ? 'an unknown number of' : String(seen.dailyCalls);
    const tier = seen.tier === undefined ? '' : `, plan ${seen.tier}`;
    const summary = `user ${seen.userId} of account ${seen.accountId}${tier}: ${daily} calls a day, ${points} points a minute`;
    const small =
      points > SMALL_POINTS
        ? []
        : [found('PLAN_SMALL', { subject: seen.accountId, what: `The account has ${points} points a minute.` })];
    return { summary, found: [...small, ...(await shortOfCalls(site, seen))] };
  },
};

async function shortOfCalls(
  site: Site,
  { accountId, dailyCalls }: { accountId: string; dailyCalls: number | undefined },
): Promise<Found[]> {
  if (dailyCalls === undefined || dailyCalls === 0) return [];
  const database = await site.pipeline.ifThere();
  if (database === undefined) return [];
  const { made, isUsedUp } = await callsToday(database, site.clock.now());
  if (made < SHORT_FROM * dailyCalls && !isUsedUp) return [];
  const refused = isUsedUp ? ' The API refuses further ones.' : '';
  const what = `This pipeline has made ${made} calls since midnight UTC, and the account has ${dailyCalls} a day.${refused}`;
  return [found('CALLS_SHORT', { subject: accountId, what })];
}
