import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createValues, toColumnValue, updateValues } from '../../../shared/mapper/board-values.js';
import { type ReadBack, sameValue } from '../../../shared/mapper/read-back.js';
import { COLUMN_TYPES, type ColumnType } from '../../../shared/mapping/column-types.js';
import { RECORDED_COLUMNS } from '../../recorded/columns.js';

const labels = new Map([
  ['28', 4],
  ['A, B', 7],
]);

describe('toColumnValue', () => {
  it.each([
    ['text', 'some text', 'some text'],
    ['long_text', 'a\nb', { text: 'a\nb' }],
    ['numbers', '12.345678901234567', '12.345678901234567'],
    ['date', '2026-11-23', { date: '2026-11-23' }],
    ['dropdown', '28', { labels: ['28'] }],
    ['dropdown', 'A, B', { labels: ['A, B'] }],
    ['status', '2023', { label: '2023' }],
    ['timeline', '2026-11-01 - 2026-11-30', { from: '2026-11-01', to: '2026-11-30' }],
    ['timeline', '2026-11-01', { from: '2026-11-01', to: '2026-11-01' }],
    ['checkbox', 'true', { checked: 'true' }],
    ['checkbox', 'false', null],
    ['email', 'a@b.example', { email: 'a@b.example', text: 'a@b.example' }],
    ['link', 'https://b.example/x', { url: 'https://b.example/x', text: 'https://b.example/x' }],
    ['link', 'https://b.example/x Spec - 2', { url: 'https://b.example/x', text: 'Spec - 2' }],
    ['phone', '+12125550100 US', { phone: '+12125550100', countryShortName: 'US' }],
    ['phone', 'soon', { phone: 'soon', countryShortName: '' }],
    ['country', 'VN', { countryCode: 'VN', countryName: 'Vietnam' }],
    ['country', 'Viet Nam', { countryCode: 'VN', countryName: 'Vietnam' }],
    ['country', 'Atlantis', { countryCode: 'Atlantis', countryName: 'Atlantis' }],
    ['rating', '4', { rating: 4 }],
    ['rating', 'four', { rating: 'four' }],
    ['hour', '08:05', { hour: 8, minute: 5 }],
    ['hour', 'soon', { hour: 'soon', minute: '' }],
  ] as const)('%s %p is %j', (type, text, value) => {
    expect(toColumnValue(type, text)).toEqual(value);
  });

  it('sends a known label by its id', () => {
    expect(toColumnValue('dropdown', '28', labels)).toEqual({ ids: [4] });
    expect(toColumnValue('status', '28', labels)).toEqual({ index: 4 });
    expect(toColumnValue('dropdown', '30', labels)).toEqual({ labels: ['30'] });
  });
});

describe('column values', () => {
  const values = [
    { id: 'text_1', type: 'text', text: 'x' },
    { id: 'numeric_1', type: 'numbers', text: null },
    { id: 'dropdown_1', type: 'dropdown', text: '28', labels },
  ] as const;

  it('of a create omit empty columns', () => {
    expect(createValues(values)).toEqual({ text_1: 'x', dropdown_1: { ids: [4] } });
  });

  it('of an update clear empty columns', () => {
    expect(updateValues(values)).toEqual({ text_1: 'x', numeric_1: null, dropdown_1: { ids: [4] } });
  });
});

describe('sameValue', () => {
  it.each([
    ['text', 'x', { text: 'x', value: '"x"' }, true],
    ['text', 'x', { text: 'X' }, false],
    ['text', null, { text: '' }, true],
    ['long_text', 'a\nb', { text: 'a\r\nb', value: '{"text":"a"}' }, true],
    ['numbers', '4.5', { text: '4.50', value: '"4.50"' }, true],
    ['numbers', '4.555', { text: '4.56' }, true],
    ['numbers', '4.5', { text: '4.51' }, false],
    ['numbers', '12.345678901234567', { text: '12.345678901234567' }, true],
    ['numbers', '12.345678901234567', { text: '12.35', number: 12.345678901234567 }, true],
    ['numbers', '0', { text: '' }, false],
    ['numbers', null, { text: '0' }, false],
    ['numbers', null, { text: '', value: null }, true],
    ['date', '2026-11-23', { date: '2026-11-23', text: '2026-11-22 23:00' }, true],
    ['date', '2026-11-23', { text: '2026-11-23', value: '{"date":"2026-11-23","time":null}' }, true],
    ['date', '2026-11-23', { text: '2026-11-24', value: { date: '2026-11-24' } }, false],
    ['date', null, { text: '', value: null }, true],
    ['dropdown', 'A, B', { text: 'A, B', value: '{"ids":[7]}' }, true],
    ['dropdown', 'A, B', { text: 'A, B', value: '{"ids":[1,2]}' }, false],
    ['dropdown', 'A, B', { text: 'A, B', values: [{ label: 'A' }, { label: 'B' }] }, false],
    ['dropdown', 'A, B', { text: 'A, B', values: [{ label: 'A, B' }] }, true],
    ['dropdown', null, { text: null, value: null }, true],
    ['dropdown', null, { text: 'A', value: '{"ids":[1]}' }, false],
    ['dropdown', '28', { text: '28', value: '{"ids":[4]}' }, true],
    ['status', 'PCE', { text: 'PCE', value: '{"index":1}' }, true],
    ['status', 'PCE', { label: 'SET', text: 'SET' }, false],
    ['status', null, { text: null, value: null }, true],
    ['timeline', '2026-11-01 - 2026-11-30', { from: '2026-11-01T00:00:00Z', to: '2026-11-30T00:00:00Z' }, true],
    ['timeline', '2026-11-01 - 2026-11-30', { value: '{"from":"2026-11-01","to":"2026-11-29"}' }, false],
    ['checkbox', 'true', { text: 'v', value: '{"checked":true}' }, true],
    ['checkbox', null, { checked: false }, true],
    ['checkbox', 'true', { value: null }, false],
    [
      'email',
      'a@b.example',
      { text: 'a@b.example - a@b.example', value: '{"email":"a@b.example","text":"a@b.example"}' },
      true,
    ],
    ['email', 'A@b.example', { email: 'a@b.example', label: 'a@b.example' }, true],
    ['email', 'a@b.example', { email: 'a@b.example', label: 'Buyer' }, false],
    ['email', 'a@b.example', { text: '', value: null }, false],
    ['email', null, { text: '', value: null }, true],
    ['link', 'https://b.example', { value: '{"url":"https://b.example/","text":"https://b.example"}' }, true],
    ['link', 'https://b.example Specs', { url: 'https://b.example', url_text: 'Specs' }, true],
    ['link', 'https://b.example Specs', { url: 'https://b.example', url_text: 'Spec' }, false],
    ['link', 'https://b.example', { url: 'https://b.example', url_text: '' }, true],
    ['link', 'https://b.example', { url: 'https://c.example', url_text: 'https://c.example' }, false],
    ['rating', '4', { text: '4', value: '{"rating":4,"changed_at":"2026-07-28T07:44:24.549Z"}' }, true],
    ['rating', '4', { text: '3', value: '{"rating":3}' }, false],
    ['rating', null, { text: '', value: null }, true],
    [
      'phone',
      '+12125550100 US',
      { text: '12125550100', value: '{"phone":"12125550100","countryShortName":"US"}' },
      true,
    ],
    ['phone', '+12125550100 US', { phone: '+12125550100', country_short_name: 'CA' }, false],
    ['phone', '+12125550100 US', { phone: '+12125550101', country_short_name: 'US' }, false],
    ['phone', null, { text: '', value: null }, true],
    ['country', 'TR', { text: 'Türkiye', value: '{"countryCode":"TR","countryName":"Türkiye"}' }, true],
    ['country', 'TR', { text: 'Turkey' }, true],
    ['country', 'TR', { country: { code: 'US' } }, false],
    ['country', null, { text: '', value: null }, true],
    ['hour', '14:30', { text: '02:30 PM', value: '{"hour":14,"minute":30}' }, true],
    ['hour', '14:30', { text: '14:30' }, true],
    ['hour', '00:30', { text: '12:30 AM' }, true],
    ['hour', '14:30', { hour: 14, minute: 31 }, false],
    ['hour', null, { text: '', value: null }, true],
  ] as [ColumnType, string | null, ReadBack, boolean][])('%s %p against %j is %p', (type, sent, readBack, same) => {
    expect(sameValue(type, sent, readBack, labels)).toBe(same);
  });

  // Ids of labels as the recorded cells have them.
  const recordedLabels = new Map([
    ['Done', 1],
    ['Stuck', 2],
    ['Design', 1],
    ['Not Started', 5],
    ['Other', 7],
  ]);

  it.each(RECORDED_COLUMNS.cells)(
    'recognizes $shows in the recorded cell $id, with and without typed fields',
    (cell) => {
      const { type, text, value, typed, shows } = cell;
      for (const readBack of [
        { text, value },
        { text, value: JSON.stringify(value) },
        { text, value, ...typed },
      ]) {
        expect(sameValue(type, shows, readBack as ReadBack, recordedLabels)).toBe(true);
        expect(sameValue(type, shows === null ? 'Other' : null, readBack as ReadBack, recordedLabels)).toBe(false);
      }
    },
  );

  it('treats a column that is not in the answer as empty', () => {
    for (const type of COLUMN_TYPES) {
      expect(sameValue(type, null, undefined)).toBe(true);
      expect(sameValue(type, type === 'checkbox' ? 'true' : '1', undefined)).toBe(false);
    }
  });

  it('holds for a decimal that the board shows at any precision, and not for one that differs by a whole step', () => {
    const sent = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(sent, ([number, digits]) => {
        expect(sameValue('numbers', String(number), { text: number.toFixed(digits) })).toBe(true);
        expect(sameValue('numbers', String(number), { text: (number + 1).toFixed(digits) })).toBe(false);
      }),
    );
  });
});
