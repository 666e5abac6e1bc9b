import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import coloursFile from '../../../local/board/recorded/colours.json' with { type: 'json' };
import { ITEMS, itemField, type Reply, TestBoard } from './board.js';

let board: TestBoard;
beforeEach(async () => {
  board = await TestBoard.start();
  await board.limits({ coloursByName: 0 });
});
afterEach(() => board.close());

const STATUS = 'color_mkr5j5pp';
const DROPDOWN = 'dropdown_mkr5677f';

interface Given {
  id?: number;
  label: string;
  color?: string;
  index?: number;
  is_done?: boolean;
  is_deactivated?: boolean;
}

const column = async (id: string): Promise<Reply['json']> =>
  (await board.ask(`{ boards(ids: [${ITEMS}]) { columns(ids: ["${id}"]) { revision settings settings_str } } }`)).json
    .data.boards[0].columns[0];
const labelsOf = async (id: string) => (await column(id)).settings.labels;
const edit = (body: unknown) => board.control('POST', '/_edit', body);

/** Replaces the list of a column under its latest revision. */
async function replace(columnId: string, labels: Given[]): Promise<Reply['json']> {
  const { revision } = await column(columnId);
  const operation = columnId === STATUS ? 'updateStatusLabels' : 'updateDropdownLabels';
  const variables = { boardId: ITEMS, columnId, revision, labels };
  return (await board.push([{ alias: 'a0', operation, variables }])).json;
}

/** The status column holds labels of these ids, each in the colour of that number. */
async function statusWith(ids: readonly number[]): Promise<Given[]> {
  await edit({ deleteLabel: 1, column: STATUS });
  for (const id of ids) await edit({ addLabel: `label ${id}`, column: STATUS, id });
  return ids.map((id, index) => ({ id, label: `label ${id}`, color: nameOf(id), index }));
}
const nameOf = (number: number) => coloursFile.colours.find((colour) => colour.number === number)?.name ?? '';
const reason = ({ errors: [error] }: Reply['json']) => [error.extensions.code, error.extensions.errors?.[0]];

describe('the settings of a status column', () => {
  it('list colours as numbers with their hex code, ordered by id', async () => {
    await statusWith([2, 0, 1]);
    expect(await labelsOf(STATUS)).toMatchObject([
      { id: 0, hex: '#fdab3d' },
      { id: 1, hex: '#00c875' },
      { id: 2, hex: '#df2f4a' },
    ]);
    expect(Object.keys((await labelsOf(STATUS))[0])).toEqual([
      'id',
      'color',
      'label',
      'index',
      'is_done',
      'is_deactivated',
      'hex',
    ]);
  });

  it('have an older format: texts by id, with places and colours in separate lists', async () => {
    const old = JSON.parse((await column(STATUS)).settings_str);
    expect(old).toEqual({
      done_colors: [],
      labels: { 1: '00 PLANNING' },
      labels_positions_v2: { 1: 0 },
      labels_colors: { 1: { color: '#00c875' } },
    });
  });

  it('know the forty colours by number and name', () => {
    const { colours } = coloursFile;
    expect([new Set(colours.map(({ number }) => number)).size, new Set(colours.map(({ name }) => name)).size]).toEqual([
      40, 40,
    ]);
  });
});

describe('a new status label', () => {
  it.each([
    ['purple', [0, 1, 2, 3, 7], 4],
    ['explosive', [0, 1, 2, 3, 4, 7], 5],
    ['blackish', [0, 1, 2, 3, 4, 5, 7], 10],
    ['grass_green', [0, 1, 2, 3, 4, 5, 7, 10], 6],
  ])('in %s next to %j has the number of its colour as id', async (color, ids, id) => {
    const kept = await statusWith(ids);
    const { data } = await replace(STATUS, [...kept, { label: 'NEW', color, index: 30 }]);
    expect(data.a0.settings.labels.find((label: Given) => label.label === 'NEW').id).toBe(id);
  });

  it('is refused in a colour whose number is already the id of a label, even a deactivated one in another colour', async () => {
    const kept = await statusWith([0, 1, 4]);
    const moved = kept.map((each) => (each.id === 4 ? { ...each, color: 'dark_purple', is_deactivated: true } : each));
    expect((await replace(STATUS, moved)).errors).toBeUndefined();
    const { errors } = await replace(STATUS, [...moved, { label: 'NEW', color: 'purple', index: 30 }]);
    expect(errors[0]).toMatchObject({
      message: 'request to change default status label color',
      extensions: { code: 'INVALID_ARGUMENT_EXCEPTION', status_code: 400 },
    });
  });
});

describe('the list of a status column', () => {
  it('is replaced as a whole: omitted parts of a label are cleared', async () => {
    const kept = await statusWith([0, 1]);
    await replace(
      STATUS,
      kept.map((each) => ({ ...each, is_done: true })),
    );
    await replace(STATUS, kept);
    expect((await labelsOf(STATUS)).map((label: Given) => label.is_done)).toEqual([false, false]);
  });

  it('has each index once, deactivated labels included, and each colour once', async () => {
    const [one, other] = await statusWith([0, 1]);
    const twice = { ...other, label: 'label 1', index: 0, is_deactivated: true };
    expect(reason(await replace(STATUS, [{ ...one, label: 'label 0' }, twice]))).toEqual([
      'INVALID_INPUT',
      'Indexes should be unique',
    ]);
    const same = { ...other, label: 'label 1', color: 'working_orange' };
    expect(reason(await replace(STATUS, [{ ...one, label: 'label 0' }, same]))).toEqual([
      'INVALID_INPUT',
      'Colors should be unique',
    ]);
    const far = { ...other, label: 'label 1', index: 40 };
    expect(reason(await replace(STATUS, [{ ...one, label: 'label 0' }, far]))[0]).toBe('INVALID_INPUT');
  });

  it('keeps a label that an item has, and label 5', async () => {
    const [zero, grey, other] = await statusWith([0, 5, 6]);
    await board.item('x', { [STATUS]: { index: 0 } });
    const without = (left: (Given | undefined)[]) => replace(STATUS, left as Given[]);
    expect(reason(await without([grey, other]))).toEqual(['INVALID_INPUT', expect.stringContaining('deleted ids: 0')]);
    expect(reason(await without([zero, other]))).toEqual(['INVALID_INPUT', expect.stringContaining('deleted ids: 5')]);
    expect((await without([zero, grey])).errors).toBeUndefined();
  });

  it('accepts at most 30 UTF-16 units for a label', async () => {
    const kept = await statusWith([0]);
    const label = (text: string) => replace(STATUS, [...kept, { label: text, color: 'purple', index: 9 }]);
    expect(reason(await label('x'.repeat(31)))[0]).toBe('INVALID_INPUT');
    expect(reason(await label('\u{1d400}'.repeat(16)))[0]).toBe('INVALID_INPUT');
    expect((await label('x'.repeat(30))).errors).toBeUndefined();
  });
});

describe('an update with an old revision', () => {
  it('is refused, so that the list must be read again', async () => {
    const { revision } = await column(DROPDOWN);
    expect(revision).toMatch(/^[0-9a-f]{32}$/);
    await replace(DROPDOWN, [{ label: 'RED' }]);
    const variables = { boardId: ITEMS, columnId: DROPDOWN, revision, labels: [{ label: 'BLUE' }] };
    const { json } = await board.push([{ alias: 'a0', operation: 'updateDropdownLabels', variables }]);
    expect(json.errors[0]).toMatchObject({
      message: 'Board revision mismatch',
      extensions: { code: 'REVISION_MISMATCH', status_code: 409 },
    });
  });
});

describe('texts of labels', () => {
  const create = (values: Record<string, unknown>) => {
    const field = itemField('a0', 'x', values);
    return board.push([{ ...field, variables: { ...field.variables, createLabels: true } }]);
  };

  it.each([
    ['✅ Read', 'Read'],
    ['HOT RED 🔥', 'HOT RED'],
    ['A 👩‍🚀 B', 'A B'],
    ['plain ', 'plain '],
    ['Größe №7 ™', 'Größe №7 ™'],
  ])('%j is created as %j by the API', async (sent, made) => {
    await replace(DROPDOWN, [{ label: sent }]);
    expect((await labelsOf(DROPDOWN)).map((label: Given) => label.label)).toEqual([made]);
    const { json } = await create({ [STATUS]: { label: sent } });
    expect(json.errors).toBeUndefined();
    expect((await labelsOf(STATUS)).map((label: Given) => label.label)).toContain(made);
  });

  it('are compared case-sensitively, including a no-break space at the end', async () => {
    await replace(DROPDOWN, [{ label: 'DIGITAL CAMO\u00a0' }, { label: 'DIGITAL CAMO' }]);
    expect(await labelsOf(DROPDOWN)).toHaveLength(2);
    const lower = await board.push([itemField('a0', 'x', { [DROPDOWN]: { labels: ['digital camo'] } })]);
    expect(lower.json.errors[0]).toMatchObject({
      message:
        "The dropdown label 'digital camo' does not exist, possible labels are: {1: DIGITAL CAMO\u00a0, 2: DIGITAL CAMO}",
      extensions: { error_data: { column_value: '{"labels"=>["digital camo"]}' } },
    });
  });

  it('that equal an existing label without their emoji mean that label', async () => {
    await replace(DROPDOWN, [{ label: 'HOT RED' }]);
    expect((await create({ [DROPDOWN]: { labels: ['HOT RED 🔥'] } })).json.errors).toBeUndefined();
    expect(await labelsOf(DROPDOWN)).toHaveLength(1);
  });

  it.each([
    [DROPDOWN, {}],
    [STATUS, { color: 'purple', index: 9 }],
  ])('that are empty after cleaning are refused: %s', async (column, place) => {
    expect(reason(await replace(column, [{ label: '🔥', ...place }]))).toEqual([
      'INVALID_INPUT',
      'A label needs a text',
    ]);
  });

  it('of one list must be unique as created', async () => {
    expect(reason(await replace(DROPDOWN, [{ label: 'HOT RED' }, { label: 'HOT RED 🔥' }]))).toEqual([
      'INVALID_INPUT',
      'Labels should be unique',
    ]);
  });
});
