import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ITEMS, itemField, TestBoard } from './board.js';

let board: TestBoard;
let item: string;
beforeAll(async () => {
  board = await TestBoard.start();
  for (const type of ['timeline', 'checkbox', 'status', 'email', 'phone', 'link', 'country', 'rating', 'hour']) {
    await board.ask(`mutation { create_column(board_id: ${ITEMS}, id: "${type}_x", title: "${type}", column_type: ${type},
      defaults: { labels: [{ label: "Working" }, { label: "2023" }] }) { id } }`);
  }
  item = await board.item('values');
});
afterAll(() => board.close());

const TEXT = 'text_mkr5wya6';
const LONG = 'long_text_mkr5hass';
const NUMBER = 'numeric_mkr5cact';
const DATE = 'date_mkr5zp5';
const DROPDOWN = 'dropdown_mkr5tgaa';
const ORDER_TYPE = 'dropdown_mkr518fc';

const simple = (columnId: string, value: string | null, create = true) =>
  board.ask(
    'mutation ($b: ID!, $i: ID!, $c: String!, $v: String, $l: Boolean) { change_simple_column_value(board_id: $b, item_id: $i, column_id: $c, value: $v, create_labels_if_missing: $l) { id } }',
    { b: ITEMS, i: item, c: columnId, v: value, l: create },
  );
const cell = async (columnId: string, extra?: string) => (await board.cells(item, extra))[columnId];
const codeOf = async (values: Record<string, unknown>) =>
  (await board.change(item, values)).json.errors?.[0].extensions.code;

describe('11. column_values', () => {
  it('must be a JSON text: an object or invalid JSON is an error, or a 500 if switched on', async () => {
    const query = `mutation ($v: JSON!) { create_item(board_id: ${ITEMS}, item_name: "x", column_values: $v) { id } }`;
    for (const v of [{ [TEXT]: 'x' }, '{', '[]', '7']) {
      const { status, json } = await board.ask(query, { v });
      expect([status, json.data.create_item, json.errors[0].extensions.code]).toEqual([
        200,
        null,
        'JsonParseException',
      ]);
    }
    await board.limits({ malformedValuesStatus: 500 });
    expect((await board.ask(query, { v: '{' })).status).toBe(500);
    await board.limits({ malformedValuesStatus: 200 });
  });
});

describe('12. and 14. values by type', () => {
  it.each([
    [TEXT, 'some text', 'some text', '"some text"'],
    [NUMBER, '42.50', '42.5', '"42.5"'],
    [NUMBER, '12345678901234567.25', '12345678901234567.25', '"12345678901234567.25"'],
    [NUMBER, '', '0', '"0"'],
    [NUMBER, '-0', '0', '"0"'],
  ])('%s: %j is read back as %s', async (columnId, input, text, value) => {
    expect(await codeOf({ [columnId]: input })).toBeUndefined();
    expect(await cell(columnId)).toMatchObject({ text, value });
  });

  it.each([
    [ORDER_TYPE, { labels: ['RECEIVED'] }, 'RECEIVED', { ids: [1], override_all_ids: 'true' }],
    [ORDER_TYPE, { ids: [4] }, 'FORECAST', { ids: [4] }],
    ['timeline_x', { from: '2026-11-01', to: '2026-11-30' }, '2026-11-01 - 2026-11-30', { from: '2026-11-01' }],
    [LONG, { text: 'long' }, 'long', { text: 'long' }],
    [DATE, { date: '2026-11-23' }, '2026-11-23', { date: '2026-11-23', icon: null }],
    [DATE, { date: '2026-11-23', time: '13:30:00' }, '2026-11-23 13:30', { date: '2026-11-23', time: '13:30:00' }],
    [DATE, '2026-11-24', '2026-11-24', { date: '2026-11-24' }],
    ['checkbox_x', { checked: 'true' }, 'v', { checked: true }],
    [
      'email_x',
      { email: 'a@b.example', text: 'Buyer' },
      'Buyer - a@b.example',
      { email: 'a@b.example', text: 'Buyer' },
    ],
    [
      'link_x',
      { url: 'https://b.example', text: 'B' },
      'B - https://b.example',
      { url: 'https://b.example', text: 'B' },
    ],
    ['link_x', { url: 'https://b.example' }, ' - https://b.example', { url: 'https://b.example', text: '' }],
    ['rating_x', { rating: 4 }, '4', { rating: 4 }],
    ['phone_x', { phone: '+12125550100', countryShortName: 'US' }, '+12125550100', { countryShortName: 'US' }],
    ['country_x', { countryCode: 'US', countryName: 'United States' }, 'United States', { countryCode: 'US' }],
    ['hour_x', { hour: 14, minute: 30 }, '02:30 PM', { hour: 14, minute: 30 }],
    ['hour_x', { hour: 0, minute: 5 }, '12:05 AM', { hour: 0, minute: 5 }],
    ['status_x', { label: 'Working' }, 'Working', { index: 0 }],
    ['status_x', { index: 1 }, '2023', { index: 1 }],
    ['status_x', { label: '2023' }, '2023', { index: 1 }],
  ])('%s: %j is read back as %s', async (columnId, input, text, value) => {
    expect(await codeOf({ [columnId]: input })).toBeUndefined();
    const found = await cell(columnId);
    expect(found.text).toBe(text);
    expect(JSON.parse(found.value)).toMatchObject(value);
  });

  it.each([
    [TEXT, '', ''],
    [LONG, null, ''],
    [NUMBER, null, ''],
    [DATE, null, ''],
    ['timeline_x', {}, ''],
    ['checkbox_x', null, ''],
    ['email_x', null, ''],
    ['link_x', null, ''],
    ['rating_x', {}, ''],
    ['phone_x', null, ''],
    ['country_x', null, ''],
    ['hour_x', null, ''],
    [ORDER_TYPE, { labels: [] }, null],
    ['status_x', {}, null],
  ])('%s: %j clears', async (columnId, input, text) => {
    expect(await codeOf({ [columnId]: input })).toBeUndefined();
    expect(await cell(columnId)).toMatchObject({ text, value: null });
  });

  it('keeps a box checked when false is sent', async () => {
    await board.change(item, { checkbox_x: { checked: 'true' } });
    await board.change(item, { checkbox_x: { checked: 'false' } });
    expect((await cell('checkbox_x')).text).toBe('v');
  });

  it('reads the typed fields of each type', async () => {
    const values = {
      [NUMBER]: '1.5',
      [DATE]: { date: '2026-11-23' },
      [ORDER_TYPE]: { ids: [1] },
      status_x: { index: 1 },
      email_x: { email: 'a@b.example', text: 'Buyer' },
      link_x: { url: 'https://b.example', text: 'B' },
      phone_x: { phone: '+12125550100', countryShortName: 'US' },
      country_x: { countryCode: 'US', countryName: 'United States' },
      rating_x: { rating: 4 },
      hour_x: { hour: 14, minute: 30 },
    };
    await board.change(item, values);
    const extra = `... on NumbersValue { number } ... on DateValue { date time }
      ... on DropdownValue { values { id label } } ... on StatusValue { label index }
      ... on EmailValue { email label } ... on LinkValue { url url_text } ... on RatingValue { rating }
      ... on HourValue { hour minute } ... on PhoneValue { phone country_short_name }
      ... on CountryValue { country { code name } }`;
    const cells = await board.cells(item, extra);
    expect(cells[NUMBER].number).toBe(1.5);
    expect(cells[DATE]).toMatchObject({ date: '2026-11-23', time: '' });
    expect(cells[ORDER_TYPE].values).toEqual([{ id: '1', label: 'RECEIVED' }]);
    expect(cells['status_x']).toMatchObject({ label: '2023', index: 1 });
    expect(cells['email_x']).toMatchObject({ email: 'a@b.example', label: 'Buyer' });
    expect(cells['link_x']).toMatchObject({ url: 'https://b.example', url_text: 'B' });
    expect(cells['rating_x'].rating).toBe(4);
    expect(cells['phone_x']).toMatchObject({ phone: '+12125550100', country_short_name: 'US' });
    expect(cells['country_x'].country).toEqual({ code: 'US', name: 'United States' });
    expect(cells['hour_x']).toMatchObject({ hour: 14, minute: 30 });
  });

  it('accepts simple strings: an empty one clears, commas separate labels, digits are ids', async () => {
    await simple(NUMBER, '7');
    await simple(NUMBER, '');
    expect((await cell(NUMBER)).text).toBe('');
    await simple(DROPDOWN, 'NAVY, WHITE');
    expect((await cell(DROPDOWN)).text).toBe('NAVY, WHITE');
    await simple(DROPDOWN, '2');
    expect((await cell(DROPDOWN)).text).toBe('WHITE');
    await simple('status_x', '1');
    expect((await cell('status_x')).text).toBe('2023');
    await simple('email_x', 'a@b.example The buyer');
    expect((await cell('email_x')).text).toBe('The buyer - a@b.example');
    await simple('link_x', 'https://b.example Spec sheet');
    expect((await cell('link_x')).text).toBe('Spec sheet - https://b.example');
    await simple('phone_x', '+12125550100 US');
    expect((await cell('phone_x')).text).toBe('+12125550100');
    await simple('rating_x', '3');
    expect((await cell('rating_x')).text).toBe('3');
    for (const [column, text] of [
      ['email_x', 'a@b.example'],
      ['link_x', 'https://b.example'],
      ['phone_x', '+12125550100'],
      ['country_x', 'US'],
      ['hour_x', '08:30'],
    ] as const)
      expect((await simple(column, text)).json.errors[0].extensions.code).toBe('ColumnValueException');
    expect((await simple('timeline_x', '2026-11-01')).json.errors[0].extensions.code).toBe('ColumnValueException');
  });

  it.each([
    { [TEXT]: 7 },
    { [NUMBER]: 'seven' },
    { [DATE]: { date: '2026-02-30' } },
    { [DATE]: '23.11.2026' },
    { [ORDER_TYPE]: { labels: ['RECEIVED'], ids: [1] } },
    { [ORDER_TYPE]: { ids: [99] } },
    { checkbox_x: true },
    { status_x: { label: '' } },
    { timeline_x: { from: '2026-11-02', to: '2026-11-01' } },
    { email_x: { email: 'a@b.example' } },
    { email_x: { email: 'nobody', text: 'x' } },
    { link_x: { url: 'b.example', text: 'x' } },
    { phone_x: { phone: '+1 212 555 0100', countryShortName: 'US' } },
    { phone_x: { phone: '+12125550100' } },
    { phone_x: { phone: '+12125550100', countryShortName: 'us' } },
    { country_x: { countryCode: 'US' } },
    { country_x: { countryCode: 'QQ', countryName: 'Nowhere' } },
    { country_x: 'US' },
    { rating_x: { rating: 6 } },
    { rating_x: { rating: 'four' } },
    { rating_x: 4 },
    { hour_x: { hour: 24, minute: 0 } },
    { hour_x: { hour: 8 } },
    { hour_x: '08:30' },
  ])('refuses %j', async (values) => {
    expect(await codeOf(values)).toBe('ColumnValueException');
  });

  it('refuses read-only, archived and unknown columns, and the name of a new item as a column', async () => {
    expect(await codeOf({ lookup_mkrbrdr1: '7' })).toBe('InvalidColumnTypeException');
    expect(await codeOf({ text_mkr5kyf4: '7' })).toBe('InvalidColumnIdException');
    expect(await codeOf({ nonsense: '7' })).toBe('InvalidColumnIdException');
    expect((await board.push([itemField('a0', 'x', { name: 'y' })])).json.errors[0].extensions.code).toBe(
      'InvalidColumnIdException',
    );
    await board.change(item, { name: 'renamed' });
    expect((await board.ask(`{ items(ids: [${item}]) { name } }`)).json.data.items).toEqual([{ name: 'renamed' }]);
  });
});

describe('13. labels', () => {
  const settings = async (columnId: string) => {
    const { json } = await board.ask(
      `{ boards(ids: [${ITEMS}]) { columns(ids: ["${columnId}"]) { revision settings } } }`,
    );
    return json.data.boards[0].columns[0];
  };
  const create = (values: Record<string, unknown>) =>
    board.push([
      {
        alias: 'a0',
        operation: 'createItem',
        variables: {
          boardId: ITEMS,
          groupId: 'topics',
          name: 'x',
          columnValues: JSON.stringify(values),
          createLabels: true,
        },
      },
    ]);

  it('rejects the whole item for one bad value, and creates no label for it', async () => {
    const before = (await board.dump()).items.length;
    const { json } = await create({ [DROPDOWN]: { labels: ['NEVER'] }, [NUMBER]: 'seven' });
    expect(json.data.a0).toBeNull();
    expect((await board.dump()).items).toHaveLength(before);
    expect(JSON.stringify(await settings(DROPDOWN))).not.toContain('NEVER');
  });

  it('refuses an unknown label and lists the known ones', async () => {
    const status = await board.change(item, { status_x: { label: 'Nope' } });
    expect(status.json.errors[0].message).toBe(
      "This status label doesn't exist, possible statuses are: {0: Working, 1: 2023}",
    );
    const dropdown = await board.change(item, { [ORDER_TYPE]: { labels: ['received'] } });
    expect(dropdown.json.errors[0].message).toContain('1: RECEIVED');
  });

  it('creates a label if requested, which changes settings and revision', async () => {
    const before = await settings(DROPDOWN);
    expect((await create({ [DROPDOWN]: { labels: ['A, B'] } })).json.errors).toBeUndefined();
    const after = await settings(DROPDOWN);
    expect(after.settings.labels.at(-1).label).toBe('A, B');
    expect(after.revision).not.toBe(before.revision);
  });

  it('allows 500 dropdown labels and 40 status labels', async () => {
    const many = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ label: `${prefix}${i}` }));
    const column = 'dropdown_mkr5677f';
    const update = (labels: unknown[], revision: string) =>
      board.push([
        {
          alias: 'a0',
          operation: 'updateDropdownLabels',
          variables: { boardId: ITEMS, columnId: column, revision, labels },
        },
      ]);
    expect((await update(many('C', 501), (await settings(column)).revision)).json.errors[0].extensions.code).toBe(
      'INVALID_INPUT',
    );
    expect((await update(many('C', 500), (await settings(column)).revision)).json.errors).toBeUndefined();
    expect((await create({ [column]: { labels: ['ONE TOO MANY'] } })).json.errors[0].message).toContain('500 labels');
    expect((await create({ [column]: { labels: ['C7'] } })).json.errors).toBeUndefined();
    for (let i = 0; i < 38; i += 1) await create({ status_x: { label: `S${i}` } });
    expect((await create({ status_x: { label: 'S41' } })).json.errors[0].message).toContain('40 labels');
  });

  it('replaces the list only with the latest revision, deleting at most one label', async () => {
    const update = async (labels: unknown[], revision?: string) => {
      const latest = revision ?? (await settings(ORDER_TYPE)).revision;
      const variables = { boardId: ITEMS, columnId: ORDER_TYPE, revision: latest, labels };
      return (await board.push([{ alias: 'a0', operation: 'updateDropdownLabels', variables }])).json;
    };
    const [received, cancelled, active, forecast] = ['RECEIVED', 'CANCELLED', 'ACTIVE', 'FORECAST'].map(
      (label, place) => ({
        id: place + 1,
        label,
      }),
    );
    const refused = 'INVALID_INPUT';
    expect((await update([received], '0')).errors[0].extensions.code).toBe('REVISION_MISMATCH');
    expect((await update([received])).errors[0].extensions.code).toBe(refused);
    expect((await update([received, cancelled, active, { label: 'NEW' }])).errors[0].extensions.code).toBe(refused);
    const done = await update([received, cancelled, active, forecast, { label: 'NEW' }]);
    expect(done.data.a0.settings.labels.at(-1)).toMatchObject({ id: 5, label: 'NEW' });
  });
});
