import { describe, expect, it } from '@jest/globals';
import { sourceLayout } from '../../../shared/lines/layout.js';
import { compileMapping } from '../../../shared/mapper/map-line.js';
import { type ItemColumn, loadMapping, type Mapping } from '../../../shared/mapping/mapping.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { SOURCE_COLUMNS } from '../../helpers/warehouse.js';

const COLUMN: ItemColumn = {
  id: 'window',
  title: 'Window',
  type: 'timeline',
  source: 'START DATE',
  until: 'CANCEL DATE',
  rule: 'date',
  required: undefined,
  maxLength: undefined,
  createLabels: false,
  values: [['open', '2026-12-31']],
};
const shipped = loadMapping();
const mapping: Mapping = { ...shipped, item: { ...shipped.item, columns: [COLUMN] } };
const names = [...SOURCE_COLUMNS.map(({ name }) => name), 'START DATE', 'CANCEL DATE'];
const layout = sourceLayout(
  mapping,
  names.map((name) => ({ name, dataType: 'text' })),
);
const map = compileMapping(mapping, layout);

/** The period that a line with these days shows, or why it shows none. */
function shown(first: string | null, last: string | null): string | null | undefined {
  const days: Record<string, string | null> = { 'START DATE': first, 'CANCEL DATE': last };
  const { values, warnings } = map(layout.select.map((name) => days[name] ?? null));
  const text = values.get('window');
  return text === undefined ? warnings.find(({ column }) => column === 'Window')?.message : text;
}

describe('a timeline from two columns', () => {
  it.each([
    ['1/2/2026', '9-Jan-2026', '2026-01-02 - 2026-01-09'],
    ['2026-01-02', '2026-01-02T18:00:00Z', '2026-01-02 - 2026-01-02'],
    ['2026-01-02', 'Open', '2026-01-02 - 2026-12-31'],
    [null, ' ', null],
    ['none', null, null],
  ])('shows %p and %p as %p', (first, last, period) => expect(shown(first, last)).toBe(period));

  it.each([
    ['2026-01-02', null, 'Window: only one of START DATE and CANCEL DATE has a day'],
    [null, '2026-01-02', 'Window: only one of START DATE and CANCEL DATE has a day'],
    ['2026-01-02', '2026-01-01', 'Window: the day of CANCEL DATE is before that of START DATE'],
    [
      '2026-02-30',
      '2026-03-01',
      'Window: "2026-02-30" is not a date, so the board keeps what it has. Correct START DATE',
    ],
    [
      '2026-01-02',
      '2/30/2026',
      'Window: "2/30/2026" is not a date, so the board keeps what it has. Correct CANCEL DATE',
    ],
  ])('keeps what the board has for %p and %p', (first, last, why) => expect(shown(first, last)).toContain(why));

  it('hashes both columns', () => {
    expect(hashedColumns(mapping)).toEqual(expect.arrayContaining(['START DATE', 'CANCEL DATE']));
  });
});
