import { describe, expect, it } from '@jest/globals';
import { type Alert, bodyOf, describe as textOf } from '../../../../tasks/batch/watch/hook.js';
import { RECEIVERS } from '../../../helpers/receivers.js';

const LINK = 'https://kestra.example/ui/main/executions/company.team/customer-orders/7abc';
const RUN = '6f1f0a52-1111-4222-8333-444455556666';

function alertOf(customers: readonly string[], link?: string): Alert {
  const told = customers.map((customer) => ({ customer }));
  return { runId: RUN, findings: [{ check: 'braked', value: told.length, limit: 0, customers: told }], link };
}

const MANY = alertOf(
  Array.from({ length: 400 }, (_, n) => `CUSTOMER ${n} ${'W'.repeat(900)}`),
  LINK,
);
const ODD = alertOf(['<!channel>', '<users/all>', '"{{ x }}" \u2028 é'], LINK);

describe('an alert of watch', () => {
  it.each([
    ['Slack', 'chat', RECEIVERS.slack],
    ['Google Chat', 'chat', RECEIVERS.googleChat],
    ['a Teams workflow', 'teams', RECEIVERS.teams],
  ] as const)('is a message that %s accepts, whatever its length and the names of customers', (_, format, schema) => {
    for (const alert of [alertOf(['GREYSON']), alertOf(['GREYSON'], LINK), MANY, ODD]) {
      const body: unknown = JSON.parse(JSON.stringify(bodyOf(alert, format)));
      expect(schema.safeParse(body).error).toBeUndefined();
      if (alert.link !== undefined) expect(JSON.stringify(body)).toContain(LINK);
    }
  });

  it('in the format json would be refused by Google Chat and Teams, which need their own', () => {
    const body = bodyOf(alertOf(['GREYSON']), 'json');
    expect(RECEIVERS.googleChat.safeParse(body).success).toBe(false);
    expect(RECEIVERS.teams.safeParse(body).success).toBe(false);
  });

  it('ends with the link, which is also a separate key', () => {
    expect(bodyOf(alertOf(['GREYSON'], LINK), 'json')).toEqual({
      program: 'customer-orders',
      run: RUN,
      text: `customer-orders run ${RUN}: 1 customer is braked and left out (GREYSON) ${LINK}`,
      findings: [{ check: 'braked', value: 1, limit: 0, customers: [{ customer: 'GREYSON' }] }],
      link: LINK,
    });
  });

  it('counts customers, and names the first of them', () => {
    const text = textOf(alertOf(Array.from({ length: 52 }, (_, n) => `C${n}`)));
    expect(text).toBe(
      `customer-orders run ${RUN}: 52 customers are braked and left out (C0, C1, C2, C3, C4, C5, C6, C7, C8, C9 and 42 more)`,
    );
  });
});
