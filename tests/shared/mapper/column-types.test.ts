import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cellOf } from '../../../local/board/column-text.js';
import { writeValue } from '../../../local/board/column-types.js';
import type { Column, StoredLabel } from '../../../local/board/model.js';
import { toColumnValue } from '../../../shared/mapper/board-values.js';
import { type ReadBack, sameValue } from '../../../shared/mapper/read-back.js';
import { compileValue } from '../../../shared/mapper/values.js';
import { COLUMN_TYPES, type ColumnType } from '../../../shared/mapping/column-types.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { RULES_OF_TYPE } from '../../../shared/mapping/mapping-checks.js';

const mapping = loadMapping();

const day = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const word = fc.stringMatching(/^[a-z0-9]{1,10}$/);
/** Whole: of two that differ by less, a column may show the same. */
const number = fc.integer({ min: -99_999, max: 99_999 }).map(String);

/** Texts of a source, most of which a column of that type can show. */
const SOURCES: Record<ColumnType, fc.Arbitrary<string>> = {
  text,
  long_text: text,
  numbers: number,
  date: day,
  dropdown: text,
  status: text,
  timeline: fc.tuple(day, day).map((days) => days.sort().join(' - ')),
  checkbox: fc.constantFrom('yes', 'no', '1', '0', 'maybe'),
  email: fc.oneof(
    fc.emailAddress(),
    fc.tuple(word, word).map(([name, host]) => `${name}@${host}.example`),
  ),
  phone: fc.oneof(
    fc
      .tuple(fc.constantFrom('+44', '+49 ', '+86-', '+7'), fc.stringMatching(/^[1-9][0-9]{6,9}$/))
      .map((parts) => parts.join('')),
    fc.stringMatching(/^[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}$/),
  ),
  country: fc.constantFrom('US', 'usa', 'Viet Nam', 'Germany', 'XK', 'Congo', 'CÔTE D’IVOIRE', 'CI'),
  link: fc.tuple(fc.webUrl({ withQueryParameters: true, withFragments: true }), text).map((parts) => parts.join(' ')),
  rating: fc.integer({ min: 0, max: 6 }).map(String),
  hour: fc.tuple(fc.nat(24), fc.nat(60)).map(([hour, minute]) => `${hour}:${String(minute).padStart(2, '0')}`),
};

const ofType = (type: ColumnType, labels: StoredLabel[] = []): Column => ({
  id: 'x',
  title: 'X',
  type,
  archived: false,
  description: null,
  revision: 1,
  labels,
  settings: {},
});

/** What the board answers of a cell after it was sent `texts` one after the other. */
function shownAfter(column: Column, texts: readonly (string | null)[]): ReadBack {
  const label = (label: string): StoredLabel => {
    const found = column.labels.find((each) => each.label === label);
    if (found !== undefined) return found;
    column.labels.push({ id: column.labels.length, label });
    return column.labels.at(-1) as StoredLabel;
  };
  const stored = texts.reduce<ReturnType<typeof writeValue>>((previous, each) => {
    const input = toColumnValue(column.type as ColumnType, each);
    return writeValue(input, { column, previous, simple: false, fresh: previous === null, now: '2026-11-27', label });
  }, null);
  const { text: shown, value } = cellOf(column, stored, 0);
  return { text: shown, value };
}

const idsOf = ({ labels }: Column) => new Map(labels.map(({ id, label }) => [label ?? '', id]));

describe.each(COLUMN_TYPES.flatMap((type) => RULES_OF_TYPE[type].map((rule) => [type, rule] as const)))(
  'a %s column with rule %s',
  (type, rule) => {
    const column = { id: 'x', title: 'X', type, source: 'X', rule, createLabels: true, values: [], country: 'US' };
    const read = compileValue(mapping, { ...column, required: undefined, maxLength: undefined });
    const source = type === 'rating' || rule !== 'number' ? (rule === 'date' ? day : SOURCES[type]) : number;

    it('reads back as equal what was written, and as another what another text is', () => {
      fc.assert(
        fc.property(source, source, (before, after) => {
          const [one, other] = [read(before), read(after)];
          if ('unfit' in one || 'unfit' in other) return;
          const live = ofType(type);
          const shown = shownAfter(live, [one.text, other.text]);
          expect(sameValue(type, other.text, shown, idsOf(live))).toBe(true);
          expect(sameValue(type, one.text, shown, idsOf(live))).toBe(one.text === other.text);
        }),
      );
    });

    it('clears what became empty', () => {
      fc.assert(
        fc.property(source, (before) => {
          const one = read(before);
          if ('unfit' in one) return;
          const live = ofType(type);
          const shown = shownAfter(live, [one.text, null]);
          expect(sameValue(type, null, shown, idsOf(live))).toBe(true);
          expect(sameValue(type, one.text, shown, idsOf(live))).toBe(one.text === null);
        }),
      );
    });
  },
);
