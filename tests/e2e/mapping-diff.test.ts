import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diffSchema, type MappingDiff } from '../../tasks/doctor/mapping/diff/report.js';
import { mutationsAfter } from './board-view.js';
import { type Environment, runProgram } from './program.js';
import { World } from './world.js';

const SHIPPED = 'sql/mappings/customer-orders.yaml';
const shipped = readFileSync(SHIPPED, 'utf8');

let world: World;
let folder: string;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS', 'TITLE 9', 'NORTHWIND ATHLETICS']);
  folder = mkdtempSync(join(tmpdir(), 'mapping-diff-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

type Change = readonly [from: string, to: string];

/** The shipped mapping with these changes, as a file. */
function changed(...changes: readonly Change[]): string {
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`Nothing to replace: ${from}`);
    return before.replace(from, to);
  }, shipped);
  const file = join(folder, 'new.yaml');
  writeFileSync(file, text);
  return file;
}

interface Compared {
  code: number | null;
  diff: MappingDiff;
}

async function compare(file: string, env: Environment = world.env('doctor')): Promise<Compared> {
  const { code, said } = await runProgram('doctor', ['mapping', 'diff', SHIPPED, file, '--json'], env);
  const line = said.split('\n').find((each) => each.startsWith('{"old"'));
  if (line === undefined) throw new Error(said);
  return { code, diff: diffSchema.parse(JSON.parse(line)) };
}

async function linesOf(...changes: readonly Change[]): Promise<NonNullable<MappingDiff['lines']>> {
  const { diff } = await compare(changed(...changes));
  if (diff.lines === null) throw new Error(JSON.stringify(diff.notCompared));
  return diff.lines;
}

describe('doctor mapping diff, of two files alone,', () => {
  const files = async (...changes: readonly Change[]) => (await compare(changed(...changes), {})).diff;

  it('tells columns that are added, removed, retyped, retitled and re-ruled, by their ids', async () => {
    const { files: told, full } = await files(
      ['id: text_mkr5kbc6, title: DESTINATION, type: text,', 'id: text_mkr5kbc6, title: TO, type: long_text,'],
      ['id: text_mkr5ps35,', 'id: text_other,'],
      ['source: DROP, rule: label, create_labels: true', 'source: DROP, rule: trim, create_labels: false'],
    );
    expect(told.columns.map(({ id, change, key, before, after }) => [id, change, key, before, after])).toEqual([
      ['dropdown_mkr5w5e', 're-ruled', 'rule', 'label', 'trim'],
      ['dropdown_mkr5w5e', 're-ruled', 'create_labels', 'true', 'false'],
      ['text_mkr5kbc6', 'retitled', 'title', 'DESTINATION', 'TO'],
      ['text_mkr5kbc6', 'retyped', 'type', 'text', 'long_text'],
      ['text_other', 'added', null, null, '{ type: text, source: DESTINATION WAREHOUSE, rule: trim }'],
      ['text_mkr5ps35', 'removed', null, '{ type: text, source: DESTINATION WAREHOUSE, rule: trim }', null],
    ]);
    expect(told).toMatchObject({ tables: ['TO'], hashed: { added: [], removed: [] } });
    expect(full).toBe('unknown');
  });

  it('tells other parts by their paths, customers by their names, and no default that a file states', async () => {
    const { files: told } = await files(
      ['    separator: ""', '    separator: " / "'],
      ['numbers: { decimal: "." }', ''],
      ['  personal: [PLANNER, PLANNER2]', '  personal: [PLANNER]'],
      ['  TITLE NINE: [TITLE 9]', '  TITLE TEN: [TITLE 9]'],
      ['  BOGGI: [BOGGI MILANO]', '  BOGGI: [BOGGI ROMA]'],
    );
    expect(told.parts).toEqual([
      { path: 'source.personal', before: '[PLANNER, PLANNER2]', after: '[PLANNER]' },
      { path: 'item.name.separator', before: '""', after: '" / "' },
    ]);
    expect(told.customers).toEqual({
      added: ['TITLE TEN'],
      removed: ['TITLE NINE'],
      changed: [{ name: 'BOGGI', added: ['BOGGI ROMA'], removed: ['BOGGI MILANO'] }],
    });
  });

  it('says that the same board comes of two spellings of a mapping', async () => {
    const { code, said } = await runProgram(
      'doctor',
      ['mapping', 'diff', SHIPPED, changed(['# Texts', '# Words'])],
      {},
    );
    expect(code).toBe(0);
    expect(said).toMatch(/^sql\/mappings\/customer-orders\.yaml \((\w{12})\) -> .*new\.yaml \(\1\), the same board$/m);
    expect(said).toContain('The lines: WAREHOUSE_URL is not set.');
  });

  it('refuses a file that cannot be used, with every fault', async () => {
    const { code, said } = await runProgram('doctor', ['mapping', 'diff', SHIPPED, changed(['except:', 'exept:'])], {});
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('sizes.exept: is not known') });
  });
});

describe('doctor mapping diff, with the live table,', () => {
  it('counts the lines of each column and shows three of them, old and new', async () => {
    const lines = await linesOf(['ACTIVE: RECEIVED, RECEIVED', 'ACTIVE: FORECAST, RECEIVED']);
    expect(lines.values).toHaveLength(1);
    const [value] = lines.values;
    expect(value).toMatchObject({ board: 'items', column: 'ORDER TYPE', lines: lines.changed });
    expect(value?.examples).toHaveLength(3);
    for (const example of value?.examples ?? [])
      expect(example).toMatchObject({ before: 'RECEIVED', after: 'FORECAST' });
    const [row] = await world.sql(
      `SELECT COUNT(*) AS "n" FROM dbo."ORDERS_UNIFIED" WHERE "ORDER TYPE" = 'ACTIVE' AND "CUSTOMER NAME" <> 'NORTHWIND ATHLETICS'`,
    );
    expect(lines.changed).toBe(Number(row?.['n']));
    expect(lines.changed).toBeGreaterThan(3);
  });

  it('tells customers that come, go and get another name', async () => {
    const lines = await linesOf(
      ['  TITLE NINE: [TITLE 9]', '  NORTHWIND: [NORTHWIND ATHLETICS]'],
      ['  GREYSON: [GREYSON CLOTHIERS]', '  GREYSON NY: [GREYSON CLOTHIERS]'],
    );
    const [north, title, greyson] = await Promise.all(
      ['NORTHWIND ATHLETICS', 'TITLE 9', 'GREYSON CLOTHIERS'].map(async (customer) => {
        const [row] = await world.sql(
          'SELECT COUNT(*) AS "n" FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER NAME" = @customer',
          {
            customer,
          },
        );
        return Number(row?.['n']);
      }),
    );
    expect(lines.customers).toEqual({
      appearing: [
        { name: 'GREYSON NY', lines: greyson },
        { name: 'NORTHWIND', lines: north },
      ],
      disappearing: [
        { name: 'GREYSON', lines: greyson },
        { name: 'TITLE NINE', lines: title },
      ],
      renamed: [{ before: 'GREYSON', after: 'GREYSON NY', lines: greyson }],
    });
    expect(lines).toMatchObject({ entering: north, leaving: title });
  });

  it('needs no --full for customers alone, and needs it for another rule', async () => {
    const customers = await compare(changed(['  GREYSON: [GREYSON CLOTHIERS]', '  GREYSON NY: [GREYSON CLOTHIERS]']));
    expect(customers.diff.full).toBe('not needed');
    const rule = await compare(changed(['    separator: ""', '    separator: " / "']));
    expect(rule.diff.full).toBe('needed');
  });

  it('counts lines that are rejected from now on, and those that no longer are', async () => {
    const lines = await linesOf([
      'source: CUSTOMER SEASON, rule: label,',
      'source: SHOP CODE, rule: label, required: reject,',
    ]);
    expect(lines.rejected).toEqual([{ column: 'CUSTOMER SEASON', reason: 'REQUIRED', lines: expect.any(Number) }]);
    expect(lines.rejected[0]?.lines).toBeGreaterThan(0);
    expect(lines.changed + (lines.rejected[0]?.lines ?? 0)).toBeLessThanOrEqual(lines.inScope.after);
  });

  it('tells sizes that are none any more, with what becomes of their subitems', async () => {
    const lines = await linesOf(['except: [INFOR COLOUR CODE]', 'except: [INFOR COLOUR CODE, M]']);
    expect(lines.sizes).toEqual({ added: [], removed: ['M'] });
    const sizes = lines.values.find(({ board }) => board === 'subitems');
    expect(sizes).toMatchObject({ column: 'Order Qty' });
    expect(sizes?.examples[0]).toMatchObject({ before: expect.stringMatching(/^M: \d+$/), after: 'M: 0' });
  });

  it('forecasts what the push of a full run sends', async () => {
    const carried = await world.carry();
    expect(Object.keys(carried.pushed).sort()).toEqual(['GREYSON', 'TITLE NINE']);
    const file = changed(['    separator: ""', '    separator: " / "']);
    const { diff } = await compare(file);
    let [updated, requests] = [0, 0];
    const { outputs } = await world.run('detect', ['--full'], { MAPPING_FILE: file });
    const { outputs: made } = await world.run('batch', ['--run-id', String(outputs['runId'])], { MAPPING_FILE: file });
    for (const { batchId } of made['batches'] as { batchId: string }[]) {
      await world.run('stage', ['--batch-id', batchId], { MAPPING_FILE: file });
      const { outputs: pushed } = await world.run('push', ['--batch-id', batchId], { MAPPING_FILE: file });
      updated += Number(pushed['itemsUpdated']);
      requests += Number(pushed['requests']);
    }
    expect(diff.forecast).toMatchObject({ itemsToCreate: 0, itemsToUpdate: updated, itemsToMove: 0 });
    expect(updated).toBeGreaterThan(50);
    expect(diff.forecast?.requests).toBeGreaterThan(0);
    expect(diff.forecast?.requests).toBeLessThanOrEqual(requests);
  });
});

describe('doctor mapping diff, with the board,', () => {
  it('names columns and labels that the board lacks, and writes nothing', async () => {
    const file = changed(['id: text_mkr5kbc6,', 'id: text_nowhere,'], ['FORECAST: FORECAST }', 'FORECAST: PLANNED }']);
    const writes = await mutationsAfter(world, 0);
    const { code, diff } = await compare(file);
    expect(code).toBe(0);
    expect(diff.findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('The items have no column "DESTINATION" (text_nowhere)'),
        expect.stringMatching(/"ORDER TYPE" \(dropdown_mkr518fc\) has no label "PLANNED"/),
      ]),
    );
    expect(await mutationsAfter(world, 0)).toEqual(writes);
  });

  it('says that a table lacks what the new mapping reads', async () => {
    const { code, diff } = await compare(changed(['source: DESTINATION,', 'source: DESTINATON,']));
    expect(code).toBe(2);
    expect(diff.findings).toContainEqual(
      expect.objectContaining({ code: 'SOURCE_UNFIT', what: expect.stringContaining('(it has "DESTINATION")') }),
    );
    expect(diff.lines).toBeNull();
  });

  it('compares no lines with an old mapping that the table does not fit any more, and goes on', async () => {
    const old = changed(['source: DESTINATION,', 'source: DESTINATON,']);
    const { code, said } = await world.run('doctor', ['mapping', 'diff', old, SHIPPED]);
    expect(code).toBe(0);
    expect(said).toMatch(/^ {2}The lines: \S+new\.yaml does not fit the table\. The source lacks "DESTINATON"/m);
    expect(said).toContain('re-ruled of the items: "DESTINATION" (text_mkr5kbc6): source DESTINATON -> DESTINATION');
  });

  it('shows no address of an e-mail or a link, only how long it is', async () => {
    await world.sql(
      `UPDATE dbo."ORDERS_UNIFIED" SET "SHOP NAME" = 'noor@example.com' WHERE "CUSTOMER NAME" = 'TITLE 9'`,
    );
    const file = changed([
      'id: text_mkr5kbc6, title: DESTINATION, type: text, source: DESTINATION,',
      'id: email_new, title: DESTINATION, type: email, source: SHOP NAME,',
    ]);
    const { diff } = await compare(file);
    const value = diff.lines?.values.find(({ column }) => column === 'DESTINATION');
    expect(value?.examples[0]).toMatchObject({ before: null, after: 'a text of 16 characters' });
    expect(JSON.stringify(diff)).not.toContain('noor@');
  });

  it('says what it could not reach, with an exit code that asks to try again', async () => {
    const { code, diff } = await compare(SHIPPED, { ...world.env('doctor'), MONDAY_API_URL: 'http://127.0.0.1:2/v2' });
    expect(code).toBe(1);
    expect(diff.notCompared).toContainEqual(expect.stringMatching(/^The board: /));
  });

  it('tells it to people in lines', async () => {
    const file = changed(['    separator: ""', '    separator: " / "']);
    const { code, said } = await world.run('doctor', ['mapping', 'diff', SHIPPED, file]);
    expect(code).toBe(0);
    expect(said).toMatch(/^ {2}name: \d+ lines$/m);
    expect(said).toMatch(/^ {2}- [0-9a-f-]{36} {2}"\S+" -> ".* \/ .*"$/m);
    expect(said).toMatch(/^ {2}\d+ requests, \d+ points, about [\d.]+ minutes/m);
    expect(said).toMatch(/^ {2}`.*detect.* --full` sends it all/m);
  });
});
