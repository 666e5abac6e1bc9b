import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { arranged } from '../../../local/orders/arranged.js';
import { chooseOrders } from '../../../local/orders/choose.js';
import { mappedSample } from '../../../local/orders/mapped/sample.js';
import type { Orders } from '../../../local/orders/sample.js';
import { compileMapping, type MappedLine } from '../../../shared/mapper/map-line.js';
import { loadMapping, type Mapping, parseMapping } from '../../../shared/mapping/mapping.js';
import type { ArrayRow } from '../../../shared/warehouse/port/warehouse.js';
import { randomMapping } from '../../helpers/random-mapping.js';
import { csvLine } from './csv-line.js';

const OWN = `
blank: [none]
numbers: { decimal: "," }
dates: { order: dmy }
source:
  uuid: ROW
  customer: PLANT
  order_number: JOB
  purchase_order: [SALES ORDER]
  business_key: [JOB, ARTICLE]
  personal: [FOREMAN]
scope:
  all:
    - { customer: mapped }
    - { column: STATE, in: [PLANNED, RUNNING, DONE, STOPPED] }
    - { column: BOOKED, after: 2025-06-30 }
cancelled: { column: STATE, in: [STOPPED] }
sizes: { after: UNIT, before: PIECES, except: [LOT], total: PIECES, maximum: 40 }
item:
  key: { id: job_key, title: Job key }
  name: { parts: [JOB, ARTICLE], separator: " / ", max_length: 255 }
  group: { title: "{customer} {season}", season: [WEEK], fallback: NO WEEK, max_length: 255 }
  columns:
    - { id: plant, title: Plant, type: dropdown, source: PLANT, rule: customer, required: reject }
    - { id: state, title: State, type: status, source: STATE, rule: label, required: warn, values: { PLANNED: Planned, RUNNING: In work } }
    - { id: article, title: Article, type: dropdown, source: ARTICLE, rule: trim_and_clean, create_labels: true }
    - { id: due, title: Due, type: date, source: DUE, rule: date }
    - { id: booked, title: Booked, type: date, source: BOOKED, rule: date }
    - { id: run, title: Run, type: timeline, source: RUN, rule: trim }
    - { id: ready, title: Ready, type: checkbox, source: READY, rule: trim }
    - { id: hours, title: Hours, type: numbers, source: HOURS, rule: number }
    - { id: scrap, title: Scrap, type: numbers, source: SCRAP, rule: number, max_length: 5 }
    - { id: notes, title: Notes, type: long_text, source: NOTES, rule: trim, max_length: 300 }
subitem:
  key: { id: shift_key, title: Shift key }
  name: "Shift {label}"
  columns:
    - { id: shift, title: Shift, type: dropdown, value: label, create_labels: true }
    - { id: pieces, title: Pieces, type: numbers, value: quantity }
customers:
  GENT: [GENT 1]
  LYON: []
`;

const own = parseMapping(OWN, 'own.yaml');
const shipped = loadMapping();

/** The lines as the mapping reads them. */
function readBy(
  mapping: Mapping,
  { columns, rows }: { columns: Orders['columns']; rows(): Iterable<ArrayRow> },
): MappedLine[] {
  const { layout, arrange } = arranged(mapping, columns);
  const read = compileMapping(mapping, layout);
  return [...rows()].map((row) => read(arrange(row)));
}

describe('the sample of a mapping', () => {
  it('has the columns that the mapping reads, the sizes between their ends', () => {
    const names = mappedSample(own, { lines: 1 }).columns.map(({ name }) => name);
    expect(names.slice(names.indexOf('UNIT'))).toEqual(['UNIT', 'XS', 'S', 'M', 'L', 'XL', 'LOT', 'PIECES']);
    expect(names).toEqual(expect.arrayContaining(['ROW', 'PLANT', 'JOB', 'SALES ORDER', 'STATE', 'WEEK', 'FOREMAN']));
    expect(new Set(names).size).toBe(names.length);
    expect(mappedSample(own, { lines: 1, sizes: 40 }).columns).toHaveLength(names.length + 35);
  });

  it('is the same for the same seed, and another for another', () => {
    const rowsOf = (seed: number) => [...mappedSample(own, { lines: 300, seed }).rows()];
    expect(rowsOf(4)).toEqual(rowsOf(4));
    expect(rowsOf(4)).not.toEqual(rowsOf(5));
  });

  it.each([
    ['a small mapping', own],
    ['the shipped mapping', shipped],
  ])('is almost all in scope and readable: %s', (_, mapping) => {
    const lines = readBy(mapping, mappedSample(mapping, { lines: 600 }));
    expect(lines.filter(({ inScope }) => inScope).length).toBeGreaterThan(560);
    expect(lines.flatMap(({ rejections }) => rejections)).toEqual([]);
    const reasons = lines.flatMap(({ warnings }) => warnings.map(({ reason }) => reason));
    expect(new Set(reasons)).toEqual(new Set(['NOT_A_NUMBER']));
    expect(reasons.length).toBeLessThan(60);
  });

  it('has what real tables have: several lines an order, empty cells, odd texts, cancelled lines and strange customers', () => {
    const { columns, rows } = mappedSample(own, { lines: 600 });
    const cells = (name: string) => [...rows()].map((row) => row[columns.findIndex((column) => column.name === name)]);
    const jobs = cells('JOB');
    expect(new Set(jobs).size).toBeLessThan(jobs.length / 2);
    const keys = cells('ARTICLE').map((article, line) => `${jobs[line]} ${article}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(cells('DUE')).toContain(null);
    expect(cells('SCRAP')).not.toContain('TO BE ADVISED');
    expect(cells('HOURS')).toEqual(expect.arrayContaining(['TO BE ADVISED', '$1.234,50']));
    expect(new Set(cells('PLANT'))).toEqual(new Set(['GENT', 'GENT 1', 'LYON', 'NORTHWIND ATHLETICS']));
    const lines = readBy(own, { columns, rows });
    expect(lines.some(({ cancelled }) => cancelled)).toBe(true);
    expect(lines.some(({ sizes }) => sizes.length === 0)).toBe(true);
    expect(Math.max(...lines.flatMap(({ sizes }) => sizes.map(({ quantity }) => quantity)))).toBeLessThanOrEqual(40);
    expect(new Set(lines.map(({ group }) => group)).size).toBeLessThan(30);
  });

  it('has the two days of a timeline in two columns, the first not after the second', () => {
    const run = 'type: timeline, source: RUN, rule: trim';
    const mapping = parseMapping(
      OWN.replace(run, 'type: timeline, source: RUN, rule: date, until: RUN END, required: reject'),
      'own.yaml',
    );
    const lines = readBy(mapping, mappedSample(mapping, { lines: 200 }));
    expect(lines.flatMap(({ rejections }) => rejections)).toEqual([]);
    expect(lines.every(({ values }) => / - /.test(values.get('run') ?? ''))).toBe(true);
  });

  it('gives each line a text of its own where the order number is no part of the key', () => {
    const mapping = parseMapping(OWN.replace('business_key: [JOB, ARTICLE]', 'business_key: [LOT NO]'), 'own.yaml');
    const { columns, rows } = mappedSample(mapping, { lines: 200 });
    const place = columns.findIndex(({ name }) => name === 'LOT NO');
    expect(new Set([...rows()].map((row) => row[place])).size).toBe(200);
  });
});

describe('the sample of any mapping', () => {
  it('is read by it: no line is rejected, and few are out of scope', () => {
    fc.assert(
      fc.property(randomMapping, fc.nat(), (data, seed) => {
        const mapping = parseMapping(stringify(data), 'any.yaml');
        const lines = readBy(mapping, mappedSample(mapping, { lines: 30, seed }));
        expect(lines.flatMap(({ rejections }) => rejections)).toEqual([]);
        expect(lines.filter(({ inScope }) => inScope).length).toBeGreaterThan(20);
      }),
    );
  });
});

describe('the orders of a mapping file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mapped-orders-'));
    writeFileSync(join(folder, 'plant-jobs.yaml'), OWN);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const rowsOf = async ({ rows }: Orders): Promise<ArrayRow[]> => {
    const all: ArrayRow[] = [];
    for await (const row of rows()) all.push(row);
    return all;
  };
  const mappingFile = () => join(folder, 'plant-jobs.yaml');

  it('belong in a table called after the file', async () => {
    expect(await chooseOrders({ mapping: mappingFile(), lines: 10 })).toMatchObject({ table: 'PLANT_JOBS' });
    expect(await chooseOrders({ lines: 200 })).toMatchObject({ table: 'ORDERS_UNIFIED' });
  });

  it('are those of the CSV file beside it, and a sample where a number of lines is asked for', async () => {
    const header =
      'PLANT,JOB,SALES ORDER,ARTICLE,STATE,BOOKED,WEEK,DUE,RUN,READY,HOURS,SCRAP,NOTES,UNIT,EARLY,LATE,PIECES';
    const line = 'GENT,J-1,S-1,A-1,RUNNING,01/07/2025,2026 W08,31/12/2025,,yes,"7,5",2,,PCE,12,,12';
    writeFileSync(join(folder, 'plant-jobs.csv'), `${header}\n${line}\n`);
    const { orders, mapping } = await chooseOrders({ mapping: mappingFile() });
    const types = Object.fromEntries(orders.columns.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({ DUE: 'date', EARLY: 'int', PIECES: 'int', HOURS: 'text', ROW: 'uuid' });
    const [row] = await rowsOf(orders);
    expect(row?.[orders.columns.findIndex(({ name }) => name === 'DUE')]).toBe('2025-12-31');
    const [read] = readBy(mapping, { columns: orders.columns, rows: () => [row ?? []] });
    expect(read).toMatchObject({ inScope: true, itemName: 'J-1 / A-1', sizes: [{ label: 'EARLY', quantity: 12 }] });
    expect(read?.values.get('hours')).toBe('7.5');
    expect(await rowsOf((await chooseOrders({ mapping: mappingFile(), lines: 10 })).orders)).toHaveLength(10);
  });

  it.each([
    ['PLANT,JOB,STATE', 'the column "SALES ORDER" is missing'],
    [
      'PLANT,JOB,SALES ORDER,ARTICLE,STATE,BOOKED,WEEK,DUE,RUN,READY,HOURS,SCRAP,NOTES,UNIT,EARLY,PIECES,FORMAN',
      '"FORMAN" is not known and looks like "FOREMAN", which is missing',
    ],
  ])('are refused where the file does not fit the mapping: %s', async (header, sentence) => {
    const csv = join(folder, 'wrong.csv');
    writeFileSync(csv, `${header}\n${csvLine(['x'])}`);
    await expect(chooseOrders({ mapping: mappingFile(), orders: csv })).rejects.toThrow(sentence);
  });
});
