import { describe, expect, it } from '@jest/globals';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { keptLayout, sourceLayout } from '../../../shared/lines/layout.js';
import { hashedColumns } from '../../../shared/mapping/mapping-version.js';
import { mapping, SIZES, sourceColumns } from './source-rows.js';

const without = (name: string) => sourceColumns().filter((column) => column.name !== name);

describe('sourceLayout', () => {
  it('selects the uuid, the hashed columns in name order, then the sizes in table order', () => {
    const layout = sourceLayout(mapping, sourceColumns());
    expect(layout.select).toEqual(['record_uuid', ...hashedColumns(mapping), ...SIZES]);
    expect(layout.sizes).toEqual(SIZES);
    expect(layout.select[layout.firstSize]).toBe(SIZES[0]);
    expect(layout.position('28')).toBe(layout.firstSize + SIZES.indexOf('28'));
    expect(layout.position('INFOR COLOUR CODE')).toBe(-1);
  });

  it.each([161, 276])('reads %i sizes in their order', (count) => {
    const sizes = Array.from({ length: count }, (_, index) => `${(index * 7) % count}`);
    expect(sourceLayout(mapping, sourceColumns(sizes)).sizes).toEqual(sizes);
  });

  it('never selects a column that names a person, not even for another mapping version', () => {
    const layout = sourceLayout(mapping, sourceColumns(), ['PLANNER', 'PLANNER2']);
    expect(layout.select).not.toContain('PLANNER');
    expect(layout.extraColumns).toEqual([]);
  });

  it('adds columns of other versions that the source has, once each, in order', () => {
    const quoted = "CUSTOMER''S COLOUR CODE (CUSTOM FIELD) CUSTOMER PROVIDES THIS";
    const layout = sourceLayout(mapping, sourceColumns(), ['gone', quoted, 'NOTES', quoted, 'INFOR COLOUR CODE']);
    expect(layout.extraColumns).toEqual([quoted, 'INFOR COLOUR CODE']);
    expect(layout.firstSize).toBe(1 + layout.columns.length + 2);
  });

  it('names every missing column and one that differs only in case', () => {
    const live = without('NOTES').map((column) => (column.name === 'DROP' ? { ...column, name: 'Drop' } : column));
    expect(() => sourceLayout(mapping, live)).toThrow(FixFirstError);
    expect(() => sourceLayout(mapping, live)).toThrow(/lacks "DROP" \(it has "Drop"\), "NOTES"/);
  });

  it.each(['record_uuid', 'UNIT OF MEASURE', 'TOTAL QTY', 'CUSTOMER NAME'])('refuses a source without %s', (name) => {
    expect(() => sourceLayout(mapping, without(name))).toThrow(`"${name}"`);
  });

  it('refuses markers in the wrong order and a source without sizes', () => {
    expect(() => sourceLayout(mapping, [...sourceColumns()].reverse())).toThrow(/stands before/);
    expect(() => sourceLayout(mapping, sourceColumns([]))).toThrow(/no size column/);
  });

  it('refuses a mapped column between the markers', () => {
    const notes = sourceColumns().filter((column) => column.name !== 'NOTES');
    const place = notes.findIndex((column) => column.name === 'XS');
    const live = [...notes.slice(0, place), { name: 'NOTES', dataType: 'text' }, ...notes.slice(place)];
    expect(() => sourceLayout(mapping, live)).toThrow(/"NOTES".*sizes\.except/);
  });
});

describe('keptLayout', () => {
  it('has the given sizes, whatever the source has', () => {
    expect(keptLayout(mapping, ['99', 'S']).sizes).toEqual(['99', 'S']);
  });
});
