import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { comeBack, LabelLists } from '../../../shared/monday/label-lists.js';
import { activeLabelIds, type Label, labelsOf, readLabels } from '../../../shared/monday/label-settings.js';
import { colourName, idOfColour, nextStatusPlace } from '../../../shared/monday/status-colours.js';
import { RECORDED_COLUMNS, recordedSettings } from '../../recorded/columns.js';

const columnOf = (settings: unknown, type = 'status') => ({
  id: 'color_1',
  title: 'UNIT',
  type,
  archived: false,
  revision: 'r1',
  settings,
});

describe("labels in a column's settings", () => {
  it.each([
    ['typed-settings', ['In progress', 'Done', 'Stuck', 'Not relevant']],
    ['typed-settings-moved', ['Fitter', 'Manager', 'Developer', 'Trainee']],
    ['empty-label', ['Finance', 'Board', 'Strategy', 'Staff', 'Legal', '']],
    ['dropdown-settings', ['One', 'Two']],
    ['settings-of-old', ['Working on it', 'Done', 'Stuck']],
    ['dropdown-no-break-space', ['DIGITAL CAMO\u00a0', 'DIGITAL CAMO']],
  ])('are read as they were recorded: %s', (id, texts) => {
    expect(labelsOf(columnOf(recordedSettings(id))).map(({ label }) => label)).toEqual(texts);
  });

  it('keep place, colour name and all other properties', () => {
    const [fitter, , , trainee] = labelsOf(columnOf(recordedSettings('typed-settings-moved')));
    expect(fitter).toEqual({ id: 0, label: 'Fitter', active: true, index: 2, color: 'egg_yolk', done: false });
    expect(trainee).toMatchObject({ id: 3, active: false, index: 3 });
  });

  it('without a text do not hide the others, and keep their ids', () => {
    const labels = [
      { id: 1, label: 'PCE', color: 1, index: 0 },
      { id: 5, label: null, color: 5, index: 1 },
      { id: '7', label: 'SET', color: 'bright_blue', index: 2 },
      { id: 8, label: 'OLD', color: 999, index: 3, is_deactivated: true },
    ];
    expect(readLabels({ labels })?.map(({ id, label }) => [id, label])).toEqual([
      [1, 'PCE'],
      [5, ''],
      [7, 'SET'],
      [8, 'OLD'],
    ]);
    expect([...activeLabelIds(readLabels({ labels }) ?? [])]).toEqual([
      ['SET', 7],
      ['PCE', 1],
    ]);
    expect(readLabels({ labels: { 0: 'A', 5: null } })?.map(({ label }) => label)).toEqual(['A', '']);
  });

  it.each([
    [null],
    [undefined],
    ['no json'],
    [{ labels: null }],
    [{ labels: [{ id: null, label: 'A' }] }],
    [{ labels: 'A' }],
  ])('that cannot be read are an error, not "no labels": %j', (settings) => {
    expect(() => labelsOf(columnOf(settings))).toThrow(FixFirstError);
    expect(() => labelsOf(columnOf(settings))).toThrow('The labels of the column "UNIT" (color_1) cannot be read');
  });

  it('that do not exist yet are an empty list', () => {
    expect([labelsOf(columnOf({})), labelsOf(columnOf({ labels: [] }))]).toEqual([[], []]);
  });
});

describe('colours of status labels', () => {
  it('have the names that were recorded for their numbers', () => {
    for (const [number, name] of Object.entries(RECORDED_COLUMNS.colours.table)) {
      expect(colourName(Number(number))).toBe(name);
      expect([colourName(name), idOfColour(name)]).toEqual([name, Number(number)]);
    }
    expect([colourName(999), colourName('mauve'), colourName(null)]).toEqual([undefined, undefined, undefined]);
  });

  it('are chosen by free ids, counting deactivated labels as taken, and never grey', () => {
    for (const { ids_there } of RECORDED_COLUMNS.newLabels.probes) {
      const place = nextStatusPlace(ids_there.map((id, index) => ({ id, index, color: colourName(id) })));
      const id = idOfColour(place?.color ?? '');
      expect(ids_there).not.toContain(id);
      expect(id).not.toBe(5);
      expect(place?.index).toBe(ids_there.length);
    }
  });

  it('are not chosen if another label has changed to them', () => {
    expect(nextStatusPlace([{ id: 8, index: 0, color: 'working_orange' }])?.color).toBe('done_green');
  });

  it('come after all places, or in a gap when the last is taken', () => {
    expect(nextStatusPlace([{ id: 0, index: 7 }])?.index).toBe(8);
    expect(
      nextStatusPlace([
        { id: 0, index: 39 },
        { id: 1, index: 0 },
      ])?.index,
    ).toBe(1);
  });
});

/** A column as the API keeps it, with ways of its own to fold, to refuse and to fail. */
class ModelColumn {
  labels: Label[];
  revision = 1;
  updates = 0;
  constructor(
    readonly type: 'status' | 'dropdown',
    labels: readonly Label[],
    readonly ways: { fold(text: string): string; refuses(text: string): boolean },
  ) {
    this.labels = [...labels];
  }

  get column() {
    const labels = this.labels.map(({ id, label, active, index, color, done, description }) => ({
      id,
      label,
      is_deactivated: !active,
      ...(this.type === 'status' ? { index, color: idOfColour(color ?? ''), is_done: done, description } : {}),
    }));
    return { ...columnOf({ labels }, this.type), revision: String(this.revision) };
  }

  /** The labels afterwards, or why the list is refused. */
  update(given: Record<string, unknown>[]): string | Label[] {
    this.updates += 1;
    const kept = given.filter(({ id }) => id !== undefined);
    for (const label of this.labels) {
      const same = kept.find(({ id }) => id === label.id);
      const status = { index: label.index, color: label.color, is_done: label.done, description: label.description };
      expect(same).toMatchObject({
        label: label.label,
        ...(this.type === 'status' ? JSON.parse(JSON.stringify(status)) : {}),
      });
    }
    const fresh = given.filter(({ id }) => id === undefined);
    const indexes = given.map(({ index }) => index);
    if (this.type === 'status' && new Set(indexes).size < indexes.length) return 'Indexes should be unique';
    const texts = [
      ...this.labels.map(({ label }) => label),
      ...fresh.map(({ label }) => this.ways.fold(String(label))),
    ];
    if (new Set(texts).size < texts.length) return 'Labels should be unique';
    if (fresh.some(({ label }) => this.ways.refuses(String(label)))) return 'Refused';
    const labels = this.labels.map((label) => {
      const same = kept.find(({ id }) => id === label.id);
      return {
        ...label,
        active: same?.['is_deactivated'] === undefined ? label.active : same['is_deactivated'] === false,
      };
    });
    for (const { label, color, index } of fresh) {
      const id =
        this.type === 'status' ? (idOfColour(String(color)) ?? 5) : Math.max(-1, ...labels.map((each) => each.id)) + 1;
      if (labels.some((each) => each.id === id)) return 'request to change default status label color';
      const place = this.type === 'status' ? { index: Number(index), color: String(color), done: false } : {};
      labels.push({ id, label: this.ways.fold(String(label)), active: true, ...place });
    }
    this.labels = labels;
    this.revision += 1;
    return labels;
  }
}

/** Carries all lists out at the model, reading the column where they ask for it. */
function carryOut(lists: LabelLists, model: ModelColumn, isLost: () => boolean): void {
  for (let round = 0; round < 500; round++) {
    if (lists.isStale) lists.read(model.column);
    const draft = lists.draft('1', 'a0');
    if (draft === undefined) return;
    const answer = model.update(draft.field.variables['labels'] as Record<string, unknown>[]);
    if (isLost()) lists.unread(draft);
    else if (typeof answer === 'string') lists.refuse(draft, answer);
    else lists.done(draft, { labels: answer, revision: String(model.revision) });
  }
  throw new Error('It does not come to an end.');
}

const EMOJI = /\p{Extended_Pictographic}/gu;
const texts = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom('RED', 'HOT RED', 'HOT RED 🔥', '🔥 BLUE', 'BLUE', 'CAMO\u00a0', 'CAMO', '👗', 'Red', '28', 'A, B'),
    fc.string({ unit: fc.constantFrom('A', 'b', ' ', '🔥', '7'), minLength: 1, maxLength: 6 }),
  ),
  { maxLength: 12 },
);
const folds = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.replace(EMOJI, '').trim(),
  (text: string) => text.trim(),
);

describe('labels to be added to a column', () => {
  it('each end as the label that the board created, or as refused, and change no other', () => {
    const before: Label[] = [
      { id: 0, label: 'PCE', active: true, index: 0, color: 'working_orange', done: true, description: 'pieces' },
      { id: 5, label: '', active: true, index: 9, color: 'explosive', done: false },
      { id: 7, label: 'RED', active: false, index: 4, color: 'purple', done: false },
    ];
    const dropdown = before.map(({ id, label, active }) => ({ id, label, active }));
    fc.assert(
      fc.property(
        fc.record({ type: fc.constantFrom('status' as const, 'dropdown' as const), wanted: texts, fold: folds }),
        fc.subarray(['BLUE', 'Red', '🔥 BLUE', '28']),
        fc.array(fc.boolean(), { maxLength: 4 }),
        ({ type, wanted, fold }, poison, lost) => {
          const refuses = (text: string) => poison.includes(text) || fold(text) === '';
          const model = new ModelColumn(type, type === 'status' ? before : dropdown, { fold, refuses });
          const lists = new LabelLists('color_1', wanted);
          carryOut(lists, model, () => lost.shift() ?? false);
          for (const text of wanted) {
            const label = lists.labelOf(text);
            if (label === undefined) expect(lists.refused.has(text)).toBe(true);
            else expect([label.active, [text, fold(text)].includes(label.label)]).toEqual([true, true]);
            // What is refused can be there all the same, as what is left of another.
            const others = wanted.filter((other) => other !== text && fold(other) === text && !refuses(other));
            if (refuses(text) && label !== undefined) expect(others).not.toEqual([]);
          }
          for (const label of model.labels.filter(({ id }) => id === 5)) expect(label.label).toBe('');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are halved until the few refused ones are found', () => {
    const model = new ModelColumn('dropdown', [], { fold: (text) => text, refuses: (text) => text === 'L77' });
    const lists = new LabelLists(
      'color_1',
      Array.from({ length: 128 }, (_, n) => `L${n}`),
    );
    carryOut(lists, model, () => false);
    expect([...lists.refused]).toEqual([['L77', 'Refused']]);
    expect(lists.labels).toHaveLength(127);
    expect(model.updates).toBeLessThan(20);
  });

  it('are given up together when a column accepts none', () => {
    const model = new ModelColumn('dropdown', [], { fold: (text) => text, refuses: () => true });
    const lists = new LabelLists(
      'color_1',
      Array.from({ length: 400 }, (_, n) => `L${n}`),
    );
    carryOut(lists, model, () => false);
    expect(lists.refused.size).toBe(400);
    expect(model.updates).toBeLessThan(50);
  });

  it('are refused with a sentence if the board does not return the colours of its labels', () => {
    const lists = new LabelLists('color_1', ['GROSS']);
    lists.read(columnOf(recordedSettings('settings-of-old')));
    expect(lists.draft('1', 'a0')).toBeUndefined();
    expect(lists.refused.get('GROSS')).toContain('has to be added by hand');
  });
});

describe('a label whose answer was lost', () => {
  const label = (id: number, text: string): Label => ({ id, label: text, active: true });
  it.each([
    ['the remainder of the text', 'HOT RED 🔥', [label(1, 'RED'), label(2, 'HOT RED')], 2],
    ['unknown if the text came back unchanged', 'HOT’RED', [label(1, 'RED'), label(2, 'HOT’RED')], undefined],
    ['unknown if two are possible', 'HOT RED 🔥', [label(2, 'HOT RED'), label(3, 'HOT')], undefined],
    ['unknown if a planner has added another', 'HOT RED 🔥', [label(2, 'BLUE')], undefined],
  ])('is %s', (_what, text, labels, id) => {
    expect(comeBack(text, new Set([1]), labels)?.id).toBe(id);
  });
});
