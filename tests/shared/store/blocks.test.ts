import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/ground/clock.js';
import { migrateArchive } from '../../../shared/store/schema/migrate-archive.js';
import type { Statement } from '../../../shared/warehouse/port/statements.js';
import { allDefinedBlocks } from '../../helpers/described-blocks.js';
import { prepare } from '../../helpers/prepare.js';
import { filledAsIn } from '../../helpers/statement-places.js';
import { loadStatement, statementNames } from '../../helpers/statements.js';
import { openTestWarehouse, type TestWarehouse } from '../../helpers/warehouse.js';

const PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|@(\w+)/g;
const PLACE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\{(\w+)\}/g;

/** The code of the product, by file. */
const sources = ['shared', 'tasks', 'local', 'scripts'].flatMap((top) =>
  readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${top}/${file}`, readFileSync(join(top, file), 'utf8')] as const),
);
const blocks = await allDefinedBlocks();
const cases = blocks.map((block) => [block.name, block] as const);
let test: TestWarehouse;

beforeAll(async () => {
  test = await openTestWarehouse();
  await migrateArchive({ url: test.archiveUrl, schema: 'public' }, { clock: systemClock(), look: false });
});
afterAll(() => test.drop());

const namesIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, name]) => name ?? []))].sort();

describe('every block of sql/statements', () => {
  it('is defined exactly once', () => {
    expect(blocks.map(({ name }) => name).sort()).toEqual(statementNames());
  });

  it('is defined only by the module of its table', () => {
    for (const [file, text] of sources)
      for (const [, table] of text.matchAll(/\bblocksOf\('([\w-]+)'\)/g))
        expect([table, file]).toEqual([
          table,
          expect.stringMatching(table === 'orders' ? /^local\/orders\// : /^shared\/store\//),
        ]);
  });

  it('is read from its file only by shared/store/blocks.ts', () => {
    const readers = sources.filter(([, text]) => /\bblocksOf\b[^;]*port\/statements\.js'/.test(text));
    expect(readers.map(([file]) => file)).toEqual(['shared/store/blocks.ts']);
  });

  it.each(cases)('%s has the parameters and places of its definition', (name, block) => {
    const { text, rowSets } = loadStatement(name);
    expect(namesIn(text, PARAMETER)).toEqual(Object.keys(block.parameters).sort());
    expect(namesIn(text, PLACE).filter((place) => place !== 'exact')).toEqual([...block.places].sort());
    for (const [parameter, columns] of Object.entries(rowSets))
      expect(Object.keys(Object(block.parameters[parameter])).sort()).toEqual(columns.map((each) => each.name).sort());
  });

  it.each(cases.filter(([, { columns }]) => columns !== undefined))(
    '%s returns the columns that its definition reads',
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
