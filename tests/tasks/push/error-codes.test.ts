import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FixFirstError, TryAgainError } from '../../../shared/ground/errors.js';
import { insertLines, line } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

let pushing: Pushing;

beforeAll(async () => {
  pushing = await Pushing.open();
  await insertLines(pushing.test.warehouse, [line(1, { XS: 1 }), line(2, { OS: 7 }), line(3)]);
});
afterAll(() => pushing.close());
beforeEach(() =>
  pushing.startOver(['MON_Ledger', 'MON_Request', 'ORDERS_UNIFIED_SNAPSHOT', 'ERR_MON_CustMasterSchedule']),
);

const LOAD = [1, 2, 3].map((n) => ({ line: n, change: 'NEW' as const }));

async function pushUnder(code: string, operation = 'create_item') {
  const batchId = await pushing.stage(LOAD);
  await pushing.board.fault(operation, `error:${code}`, operation === 'create_item' ? 2 : 1);
  return { batchId, push: pushing.push(batchId) };
}

async function expectAllLanded(outputs: Readonly<Record<string, unknown>> | undefined): Promise<void> {
  expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 3, itemsFailed: 0, subitemsCreated: 2, pending: 0 });
  expect(await pushing.items()).toHaveLength(3);
}

describe('an answer that the board gives once', () => {
  it.each([
    'COMPLEXITY_BUDGET_EXHAUSTED',
    'ComplexityException',
    'RATE_LIMIT_EXCEEDED',
    'Rate Limit Exceeded',
    'Minute limit rate exceeded',
    'maxConcurrencyExceeded',
    'Concurrency limit exceeded',
    'IP_RATE_LIMIT_EXCEEDED',
    'FIELD_LIMIT_EXCEEDED',
    'FIELD_MINUTE_RATE_LIMIT_EXCEEDED',
    'REQUEST_MAX_COMPLEXITY_EXCEEDED',
    'IDEMPOTENCY_CONFLICT',
    'Resource is currently locked, please try again later',
    'API_TEMPORARILY_BLOCKED',
    'Resource protection',
  ])('of %s is waited for, and the request sent again', async (code) => {
    const { push } = await pushUnder(code);
    await expectAllLanded((await push).outputs);
  });

  it.each(['Internal Server Error', 'INTERNAL_SERVER_ERROR', 'SomethingNobodyHasSeen'])(
    'of %s is followed by a look-up before the request is sent again',
    async (code) => {
      const { push } = await pushUnder(code);
      await expectAllLanded((await push).outputs);
    },
  );

  it.each([
    'InvalidItemIdException',
    'ResourceNotFoundException',
    'InvalidBoardIdException',
    'InvalidColumnIdException',
  ])('of %s for one line is followed by one more send', async (code) => {
    const { push } = await pushUnder(code);
    await expectAllLanded((await push).outputs);
  });

  it.each(['Bad request', 'JsonParseException'])(
    'of %s for the whole request is followed by sends line by line',
    async (code) => {
      const { push } = await pushUnder(code);
      await expectAllLanded((await push).outputs);
    },
  );

  it.each([
    'ColumnValueException',
    'CorrectedValueException',
    'InvalidColumnTypeException',
    'InvalidUserIdException',
    'InvalidArgumentException',
    'ItemNameTooLongException',
    'RecordInvalidException',
  ])('of %s fails that line alone', async (code) => {
    const { push } = await pushUnder(code);
    const { outputs, rowErrors } = await push;
    expect(outputs).toMatchObject({ status: 'PUSHED', itemsCreated: 2, itemsFailed: 1, newFailures: 1, pending: 0 });
    expect(rowErrors).toBe(true);
    expect(await pushing.items()).toHaveLength(2);
  });

  it.each([
    'Unauthorized',
    'Not Authenticated',
    'Your ip is restricted',
    'UserUnauthorizedException',
    'USER_UNAUTHORIZED',
    'USER_ACCESS_DENIED',
    'missingRequiredPermissions',
    'UNAUTHORIZED_FIELD_OR_TYPE',
    'InvalidVersionException',
    'GRAPHQL_VALIDATION_FAILED',
    'undefinedField',
  ])('of %s stops the push, fails no line, and the next push does the rest', async (code) => {
    const { batchId, push } = await pushUnder(code);
    await expect(push).rejects.toThrow(FixFirstError);
    await expectAllLanded((await pushing.push(batchId)).outputs);
  });

  it('of DAILY_LIMIT_EXCEEDED stops the push until tomorrow', async () => {
    const { batchId, push } = await pushUnder('DAILY_LIMIT_EXCEEDED');
    await expect(push).rejects.toThrow(TryAgainError);
    await expectAllLanded((await pushing.push(batchId)).outputs);
  });

  it('of NoSubitemsColumnInThisBoard for one size is followed by one more send', async () => {
    const { push } = await pushUnder('NoSubitemsColumnInThisBoard', 'create_subitem');
    await expectAllLanded((await push).outputs);
  });

  it('of ItemsLimitationException makes the lines that need room wait', async () => {
    const { batchId, push } = await pushUnder('ItemsLimitationException');
    expect((await push).outputs).toMatchObject({
      status: 'PARTIAL',
      reason: 'BOARD_FULL',
      itemsWaiting: 1,
      itemsCreated: 2,
      itemsFailed: 0,
      newFailures: 0,
    });
    await expectAllLanded((await pushing.push(batchId)).outputs);
  });
});
