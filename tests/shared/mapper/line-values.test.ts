import { describe, expect, it } from '@jest/globals';
import { columnPlaces, LineValues } from '../../../shared/mapper/line-values.js';
import { mapping } from '../lines/source-rows.js';

const [first, second, third] = mapping.item.columns;
const values = new LineValues(columnPlaces(mapping.item.columns), ['a text', null, undefined]);

describe('the values of a line', () => {
  it('are a text, null to clear the column, or undefined where the board keeps what it shows', () => {
    expect([first, second, third].map((column) => values.get(column?.id ?? ''))).toEqual(['a text', null, undefined]);
    expect(values.get('no such column')).toBeUndefined();
  });

  it('are listed without the columns that stay unchanged', () => {
    expect([...values]).toEqual([
      [first?.id, 'a text'],
      [second?.id, null],
    ]);
  });
});
