import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, SIZES, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing, quantities } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
});
afterEach(() => pushing.close());

const warehouse = () => pushing.test.warehouse;

describe('a size removed from the board by hand', () => {
  beforeEach(async () => {
    await insertLines(warehouse(), [line(1, { XS: 10, S: 20, M: 5 }), line(2, { OS: 7 })]);
    await pushing.carry([
      { line: 1, change: 'NEW' },
      { line: 2, change: 'NEW' },
    ]);
  });

  const takeOff = async (how: 'delete' | 'archive', size: string): Promise<void> => {
    const { subitems } = await pushing.itemOf(uuid(1));
    const { id } = subitems.find(({ values }) => values['line_key']?.text === `${uuid(1)}|${size}`) ?? {};
    await pushing.board.control('POST', '/_edit', { [how]: id });
  };

  it.each(['delete', 'archive'] as const)(
    'comes back when its line is next in a batch, even if nothing else is to be sent (%s)',
    async (how) => {
      await takeOff(how, 'S');
      const seen = await pushing.requests();
      const outputs = await pushing.carry([
        { line: 1, change: 'CHANGED', reason: 'FULL' },
        { line: 2, change: 'CHANGED', reason: 'FULL' },
      ]);
      expect(outputs).toMatchObject({ itemsUnchanged: 2, subitemsCreated: 1, subitemsUnchanged: 3 });
      expect(await pushing.mutations(seen)).toEqual(['create_subitem']);
      expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', M: '5', S: '20' });
    },
  );

  it('comes back with a change of its line', async () => {
    await takeOff('delete', 'M');
    await updateLine(warehouse(), 1, { 'PO NUMBER': '77', XS: 11 });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '11', S: '20', M: '5' });
  });

  it('stays away when it is no longer ordered', async () => {
    await takeOff('delete', 'M');
    await updateLine(warehouse(), 1, { M: 0 });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    expect(quantities(await pushing.itemOf(uuid(1)))).toEqual({ XS: '10', S: '20' });
  });
});

describe('the sizes of a line', () => {
  const ORDERED = Object.fromEntries(SIZES.map((size, index) => [size, index + 1]));

  it.each([
    'refuse429',
    'lock423',
    'refuse5xx',
    'reset',
    'resetAfterCommit',
    'partialCommit',
    'lateCommit',
    'truncated',
    'error:Bad request',
  ])('are on the board in the order of the columns, although requests with a few of them meet %s', async (fault) => {
    await insertLines(
      warehouse(),
      [1, 2, 3].map((n) => line(n, ORDERED)),
    );
    // Three fields a request: the sizes of one line take three of them.
    await pushing.board.limits({ complexityPerRequest: 100_000 });
    await pushing.board.control('POST', '/_faults', {
      // One that meets "Bad request" alone is parked; the others are sent again.
      script: (fault === 'error:Bad request' ? [12] : [12, 17, 26, 31]).map((nth) => ({
        operation: 'create_subitem',
        nth,
        fault,
      })),
    });
    await pushing.carry([1, 2, 3].map((n) => ({ line: n, change: 'NEW' as const })));
    for (const n of [1, 2, 3]) {
      const { subitems } = await pushing.itemOf(uuid(n));
      expect(subitems.map(({ values }) => values['line_key']?.text)).toEqual(SIZES.map((size) => `${uuid(n)}|${size}`));
    }
  });
});
