import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import { loadStatement, type Statement } from '../../../shared/warehouse/port/statements.js';
import { allDefinedBlocks } from '../../helpers/described-blocks.js';
import { prepare } from '../../helpers/prepare.js';
import { filledAsIn } from '../../helpers/statement-places.js';
import { statementNames } from '../../helpers/statements.js';
import { openTestWarehouse, type TestWarehouse } from '../../helpers/warehouse.js';

const PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|@(\w+)/g;
const PLACE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\{(\w+)\}/g;

const blocks = await allDefinedBlocks();
const cases = blocks.map((block) => [block.name, block] as const);
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, clock: systemClock(), look: false });
});
afterAll(() => test.drop());

const namesIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, name]) => name ?? []))].sort();

describe('every block of sql/statements', () => {
  it('is defined once at most', () => {
    const names = blocks.map(({ name }) => name);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    expect(statementNames()).toEqual(expect.arrayContaining(names));
  });

  it('is defined by the module of its table alone', () => {
    const users = new Map<string, string[]>();
    for (const top of ['shared', 'tasks', 'local', 'scripts'])
      for (const file of readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.ts')))
        for (const [, table = ''] of readFileSync(join(top, file), 'utf8').matchAll(/\bblocksOf\('([\w-]+)'\)/g))
          users.set(table, [...(users.get(table) ?? []), `${top}/${file}`]);
    for (const [table, files] of users) {
      const folder = table === 'orders' ? /^local\/orders\// : /^shared\/store\//;
      expect([table, files.filter((file) => !folder.test(file))]).toEqual([table, []]);
    }
  });

  it.each(cases)('%s takes the parameters and places that its definition says', (name, block) => {
    const { text, rowSets } = loadStatement(name);
    expect(namesIn(text, PARAMETER)).toEqual(Object.keys(block.parameters).sort());
    expect(namesIn(text, PLACE).filter((place) => place !== 'exact')).toEqual([...block.places].sort());
    for (const [parameter, columns] of Object.entries(rowSets))
      expect(Object.keys(Object(block.parameters[parameter])).sort()).toEqual(columns.map((each) => each.name).sort());
  });

  it.each(cases.filter(([, { columns }]) => columns !== undefined))(
    '%s gives the columns that its definition reads',
    async (name, { columns = [], parameters, places }) => {
      const statement: Statement = filledAsIn(loadStatement(name));
      const given = name.startsWith('archives/')
        ? await prepare({ engine: 'postgres', schema: 'public' }, test.archiveUrl, statement, parameters)
        : await prepare(test.warehouse, test.url, statement, parameters);
      if (places.length === 0) expect([...given].sort()).toEqual([...columns].sort());
      else expect(given).toEqual(expect.arrayContaining([...columns]));
    },
  );
});
