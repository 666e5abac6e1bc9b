import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sampleOrders } from '../../../../local/orders/sample.js';
import { sourceLayout } from '../../../../shared/lines/layout.js';
import { compileMapping } from '../../../../shared/mapper/map-line.js';
import { type Mapping, parseMapping } from '../../../../shared/mapping/mapping.js';
import { fileChanges } from '../../../../tasks/doctor/mapping/diff/files.js';
import { DiffTally } from '../../../../tasks/doctor/mapping/diff/tally.js';

const FILE = 'sql/mappings/customer-orders.yaml';
const shipped = readFileSync(FILE, 'utf8');

const onDisk = (text: string) => ({ file: FILE, text, mapping: parseMapping(text, FILE) });

/** What a change of the shipped mapping does to the sample's lines. */
function tallied(old: Mapping, fresh: Mapping): DiffTally {
  const { columns, rows } = sampleOrders({ lines: 400 });
  const live = columns.map(({ name, type }) => ({ name, dataType: type }));
  const places = new Map(live.map(({ name }, place) => [name, place]));
  const of = (mapping: Mapping) => {
    const layout = sourceLayout(mapping, live);
    const map = compileMapping(mapping, layout);
    return (row: readonly (string | number | null)[]) =>
      map(layout.select.map((column) => row[places.get(column) ?? -1] ?? null));
  };
  const [mapOld, mapNew] = [of(old), of(fresh)];
  const tally = new DiffTally(old, fresh);
  for (const [n, row] of [...rows()].entries()) tally.add({ uuid: String(n), old: mapOld(row), fresh: mapNew(row) });
  return tally;
}

describe('a mapping compared with itself', () => {
  it('changes nothing of the file, the lines or the board', () => {
    const same = onDisk(shipped);
    expect(fileChanges(same, same)).toEqual({
      columns: [],
      parts: [],
      customers: { added: [], removed: [], changed: [] },
      hashed: { added: [], removed: [] },
      tables: [],
    });
    const tally = tallied(same.mapping, same.mapping);
    expect(tally.result()).toMatchObject({
      ...{ read: 400, changed: 0, accepted: 0, entering: 0, leaving: 0 },
      ...{ values: [], rejected: [], warned: [], customers: { appearing: [], disappearing: [], renamed: [] } },
    });
    expect(tally.waiting).toBe(0);
    expect([...tally.sends.values()].flatMap(({ items, subitems }) => [...items, ...subitems])).toEqual([]);
  });
});

describe('a change of the mapping', () => {
  let old: Mapping;

  beforeAll(() => {
    old = parseMapping(shipped, FILE);
  });

  const changed = (from: string, to: string) => parseMapping(shipped.replace(from, to), FILE);

  it('of the group moves items and changes nothing else of them', () => {
    const tally = tallied(old, changed('title: "{customer} {season}"', 'title: "{season}"'));
    const { values, changed: lines } = tally.result();
    expect(values).toMatchObject([{ board: 'items', column: 'group', lines }]);
    const sends = [...tally.sends.values()];
    expect(sends.flatMap(({ items }) => [...items.keys()])).toEqual(sends.map(() => 'moveItemToGroup'));
  });

  it('of the names of sizes changes subitems, each of them once', () => {
    const tally = tallied(old, changed('name: "Size {label}"', 'name: "{label}"'));
    const { values, changed: lines } = tally.result();
    expect(values).toMatchObject([{ board: 'subitems', column: 'name', lines }]);
    const updated = [...tally.sends.values()].reduce(
      (sum, { subitems }) => sum + (subitems.get('changeValues') ?? 0),
      0,
    );
    expect(updated).toBeGreaterThan(lines);
  });

  it('of a title or a spelling of the file sends nothing', () => {
    const tally = tallied(old, changed('title: DESTINATION WAREHOUSE', 'title: WAREHOUSE'));
    expect(tally.result()).toMatchObject({ changed: 0, values: [], warned: [] });
  });

  it('that takes a column out clears nothing', () => {
    const text = shipped
      .split('\n')
      .filter((line) => !line.includes('title: DESTINATION WAREHOUSE'))
      .join('\n');
    expect(tallied(old, parseMapping(text, FILE)).result()).toMatchObject({ changed: 0, values: [] });
  });
});
