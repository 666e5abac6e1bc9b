import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import { SOURCE_COLUMNS } from '../helpers/warehouse.js';
import { effectsAfter, lastRequest, readBoard } from './board-view.js';
import { World } from './world.js';

/** Columns of other types than the sample has, as a source that has grown over the years may have them. */
const TYPES: Readonly<Record<string, string>> = {
  'ORDER DATE PO RECEIVED': 'DATETIME',
  'ETA CUSTOMER WAREHOUSE DATE': 'SMALLDATETIME',
  'EX FACTORY DATE': 'DATETIMEOFFSET(7)',
  'CUSTOMER PRICE': 'MONEY',
  'EX WORKS (USD)': 'SMALLMONEY',
  'FX CHARGE': 'FLOAT',
  DISCOUNT: 'REAL',
  'DESIGN FEE': 'DECIMAL(38,18)',
  'ADMINISTRATION FEE': 'DECIMAL(9,2)',
  'US TARIFF RATE': 'BIT',
  'TOTAL QTY': 'BIGINT',
  'CUSTOMER NAME': 'VARCHAR(100) COLLATE Latin1_General_CI_AS',
  'AAG ORDER NUMBER': 'VARCHAR(50) COLLATE Cyrillic_General_CI_AS',
  'CUSTOMER STYLE': 'VARCHAR(50) COLLATE Cyrillic_General_CI_AS',
  'CUSTOMER COLOUR DESCRIPTION': 'VARCHAR(50) COLLATE Latin1_General_CI_AS',
  'STYLE DESCRIPTION': 'VARCHAR(200) COLLATE Latin1_General_CI_AS',
  NOTES: 'NVARCHAR(400) COLLATE Latin1_General_CS_AS',
  'PO NUMBER': 'CHAR(12)',
  XS: 'TINYINT',
  S: 'SMALLINT',
  M: 'BIGINT',
  L: 'DECIMAL(9,0)',
  XL: 'FLOAT',
};

const UUIDS = [randomUUID(), randomUUID(), randomUUID()] as const;
const COMMON: Readonly<Record<string, string>> = {
  'CUSTOMER NAME': `'Title 9'`,
  'AAG SEASON': `'2025 FALL'`,
  'ORDER TYPE': `'ACTIVE'`,
  'UNIT OF MEASURE': `'PCE'`,
  'AAG ORDER NUMBER': `N'Ж-1'`,
  'CUSTOMER STYLE': `N'Щ7'`,
  'CUSTOMER COLOUR DESCRIPTION': `N'blåbær €'`,
};
const LINES: readonly Readonly<Record<string, string>>[] = [
  {
    'ORDER DATE PO RECEIVED': `'2025-03-04T13:05:07.123'`,
    'ETA CUSTOMER WAREHOUSE DATE': `'2025-06-30T23:59:00'`,
    'EX FACTORY DATE': `'2025-05-01T23:30:00.1234567-11:00'`,
    'CUSTOMER PRICE': '12.3456',
    'EX WORKS (USD)': '0.5',
    'FX CHARGE': '0.1',
    DISCOUNT: '0.1',
    'DESIGN FEE': '12345678901234567890.123456789012345678',
    'ADMINISTRATION FEE': '-3.50',
    'US TARIFF RATE': '1',
    'STYLE DESCRIPTION': `N'Crêpe – “fine” œuvre'`,
    NOTES: `N'naïve 😀'`,
    'PO NUMBER': `'4755'`,
    XS: '1',
    S: '2',
    M: '3',
    L: '4',
    XL: '5',
    'TOTAL QTY': '15',
  },
  // The same to a collation that takes case for nothing, and another line to the board.
  { 'CUSTOMER STYLE': `N'щ7'`, 'CUSTOMER COLOUR DESCRIPTION': `N'BLÅBÆR €'`, S: '7', 'TOTAL QTY': '7' },
  { 'CUSTOMER STYLE': `N'Ё8'`, M: '9', 'TOTAL QTY': '9', 'US TARIFF RATE': '0' },
];

describe('a source of SQL Server with columns of any type and collation', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open(['TITLE 9']);
    const columns = SOURCE_COLUMNS.map(({ name, type }) => {
      const other = type === 'uuid' ? 'UNIQUEIDENTIFIER' : type === 'int' ? 'INT' : 'NVARCHAR(MAX)';
      return `${quoteIdentifier(name)} ${TYPES[name] ?? other} NULL`;
    });
    await world.sql('DROP TABLE dbo."ORDERS_UNIFIED"');
    await world.sql(`CREATE TABLE dbo."ORDERS_UNIFIED" (${columns.join(', ')})`);
    for (const [index, line] of LINES.entries()) await insert({ ...COMMON, ...line }, UUIDS[index] ?? '');
  }, 120_000);

  afterAll(() => world.close());

  const insert = (line: Readonly<Record<string, string>>, uuid: string) =>
    world.sql(
      `INSERT INTO dbo."ORDERS_UNIFIED" ("record_uuid", ${Object.keys(line).map(quoteIdentifier).join(', ')})
       VALUES ('${uuid}', ${Object.values(line).join(', ')})`,
    );

  it('carries every value to the board unchanged', async () => {
    const { detected, pushed } = await world.carry();
    expect(detected).toMatchObject({ new: 3, outOfScope: 0, braked: [] });
    expect(pushed['TITLE NINE']).toMatchObject({ itemsCreated: 3, itemsFailed: 0, subitemsFailed: 0 });
    const items = new Map((await readBoard(world)).map((item) => [item.key, item]));
    const [first, second, third] = UUIDS.map((uuid) => items.get(uuid));
    expect(first?.name).toBe('Щ7blåbær €Ж-1');
    expect(second?.name).toBe('щ7BLÅBÆR €Ж-1');
    expect(first?.sizes).toEqual({ XS: 1, S: 2, M: 3, L: 4, XL: 5 });
    expect(third?.sizes).toEqual({ M: 9 });
    expect(first?.values).toMatchObject({
      date_mkr5zp5: '2025-03-04',
      date_mkr554yz: '2025-06-30',
      date_mkr57811: '2025-05-01',
      numeric_mkr5cact: '12.3456',
      numeric_mkr5k68: '-3.5',
      numeric_mkr5gp6a: '0.1',
      numeric_mkr56xx8: '0.1',
      text_mkr5ej2x: '4755',
      long_text_mkr5p0cf: 'Crêpe – “fine” œuvre',
      long_text_mkr5hass: 'naïve 😀',
    });
    const [kept] = await world.sql('SELECT "DESIGN FEE" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" WHERE "line_key" = @uuid', {
      uuid: UUIDS[0],
    });
    expect(kept).toEqual({ 'DESIGN FEE': '12345678901234567890.123456789012345678' });
    expect(third?.values['numeric_mkr55zg1']).toBe('0');
    const warnings = await world.sql(
      `SELECT "reason", "column_name" FROM dbo."ERR_MON_CustMasterSchedule" ORDER BY "column_name"`,
    );
    expect(warnings).toEqual([]);
  }, 120_000);

  it('is found unchanged, and matches lines by texts of its code pages when their uuids are new', async () => {
    const sent = await lastRequest(world);
    expect((await world.batches()).detected).toMatchObject({ unchanged: 3, changed: 0 });
    await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET "record_uuid" = NEWID(), "HANDLING" = 'NEW'`);
    const { detected, batches } = await world.batches('--allow-large-change');
    expect(detected).toMatchObject({ new: 0, changed: 3, deleted: 0, pendingDeletes: 0 });
    for (const { batchId } of batches)
      for (const task of ['stage', 'push', 'promote'] as const) await world.expect(task, '--batch-id', batchId);
    expect((await effectsAfter(world, sent)).kinds).toEqual({ 'item.updated': 3 });
  }, 120_000);

  it('does not count a line as deleted whose key comes back in other letters of its code page', async () => {
    await world.sql(`DELETE FROM dbo."ORDERS_UNIFIED" WHERE "CUSTOMER STYLE" = N'Ё8'`);
    const { batches } = await world.batches('--confirm-deletes', '--allow-large-change');
    await insert({ ...COMMON, ...LINES[2] }, randomUUID());
    const [{ batchId } = { batchId: '' }] = batches;
    expect(await world.expect('stage', '--batch-id', batchId)).toMatchObject({ obsolete: 1, items: 0 });
  }, 120_000);

  it('lists and explains its lines', async () => {
    expect((await world.run('detect', ['--list-customers'])).said).toContain('TITLE NINE');
    const [row] = await world.sql('SELECT "record_uuid" FROM dbo."ORDERS_UNIFIED"');
    await world.expect('detect', '--explain', String(row?.['record_uuid']));
  });
});
