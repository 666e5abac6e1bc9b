import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { insertLines, line, updateLine, uuid } from '../../helpers/warehouse.js';
import { Pushing } from './pushing.js';

let pushing: Pushing;

beforeEach(async () => {
  pushing = await Pushing.open();
  await insertLines(pushing.test.warehouse, [line(1, { XS: 10, S: 20 })]);
  await pushing.carry([{ line: 1, change: 'NEW' }]);
});
afterEach(() => pushing.close());

describe('a key cleared by hand', () => {
  it.each(['item', 'size'] as const)('of an %s does not cause it to be created again', async (kind) => {
    const item = await pushing.itemOf(uuid(1));
    const size = item.subitems.find(({ values }) => values['line_key']?.text === `${uuid(1)}|S`);
    const bare = kind === 'item' ? item.id : size?.id;
    await pushing.board.control('POST', '/_edit', { item: bare, values: { line_key: '' } });
    await updateLine(pushing.test.warehouse, 1, { S: 25, 'PO NUMBER': '4755', 'TOTAL QTY': 35 });
    await pushing.carry([{ line: 1, change: 'CHANGED' }]);
    const [only, ...others] = await pushing.items();
    expect(others).toEqual([]);
    expect(only?.values['text_mkr5ej2x']?.text).toBe('4755');
    const quantities = only?.subitems.map(({ values }) => values['numeric_mkra7j8e']?.text);
    expect(quantities).toEqual(['10', '25']);
  });
});
