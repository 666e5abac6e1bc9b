import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import { COLUMN, effectsAfter, lastRequest, readBoard } from '../../e2e/board-view.js';
import { World } from '../../e2e/world.js';

/** Everything that may be set for a database or a role and that values or statements depend on, in an odd way. */
const ODD: Readonly<Record<string, string>> = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Pacific/Kiritimati',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  lc_monetary: 'C.utf8',
  xmloption: 'document',
  client_encoding: 'LATIN1',
  search_path: 'nowhere',
  standard_conforming_strings: 'off',
  transform_null_equals: 'on',
  array_nulls: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  exit_on_error: 'on',
  statement_timeout: '1',
  lock_timeout: '1',
  idle_in_transaction_session_timeout: '1',
  idle_session_timeout: '50',
  transaction_timeout: '30',
};

/** Columns whose texts have another form in another session. */
const TYPES: Readonly<Record<string, string>> = {
  'ORDER DATE PO RECEIVED': 'timestamp with time zone',
  'EX FACTORY DATE': 'timestamp(6)',
  'CUSTOMER PRICE': 'money',
  'FX CHARGE': 'double precision',
  DISCOUNT: 'real',
  NOTES: 'interval',
  HANDLING: 'bytea',
};
const VALUES: Readonly<Record<string, string>> = {
  'ORDER DATE PO RECEIVED': `'2025-09-30 23:30:00+00'`,
  'EX FACTORY DATE': `'2025-09-30 23:30:00'`,
  'ETA CUSTOMER WAREHOUSE DATE': `'2025-05-09'`,
  'CUSTOMER PRICE': '1234.5',
  'FX CHARGE': '0.1',
  DISCOUNT: '0.1',
  NOTES: `'1 day 02:03:04'`,
  HANDLING: String.raw`'\x00ff'`,
};

let world: World;
let database: string;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  const [row] = await world.sql('SELECT current_database() AS name');
  database = quoteIdentifier(String(row?.['name']));
  for (const [name, type] of Object.entries(TYPES)) {
    const column = quoteIdentifier(name);
    await world.sql(`ALTER TABLE dbo."ORDERS_UNIFIED" ALTER COLUMN ${column} TYPE ${type} USING NULL`);
  }
  const assignments = Object.entries(VALUES).map(([name, value]) => `${quoteIdentifier(name)} = ${value}`);
  await world.sql(`UPDATE dbo."ORDERS_UNIFIED" SET ${assignments.join(', ')}`);
  await world.carry();
}, 120_000);

afterAll(() => world.close());

const kept = () =>
  world.sql(
    'SELECT "row_hash", "NOTES", "HANDLING", "FX CHARGE", "CUSTOMER PRICE" FROM dbo."ORDERS_UNIFIED_SNAPSHOT" ORDER BY "line_key"',
  );

describe('values whose format depends on the session', () => {
  it('reach the board unchanged', async () => {
    const [item] = await readBoard(world);
    expect(item?.values).toMatchObject({
      date_mkr5zp5: '2025-09-30',
      date_mkr57811: '2025-09-30',
      date_mkr554yz: '2025-05-09',
      numeric_mkr5cact: '1234.5',
      numeric_mkr5gp6a: '0.1',
      numeric_mkr56xx8: '0.1',
      long_text_mkr5hass: '1 day 02:03:04',
      text_mkr5s3tm: String.raw`\x00ff`,
    });
  });
});

describe.each([
  ['database', () => `DATABASE ${database}`],
  [
    'role',
    async () => {
      const { url } = await world.limitUser();
      return `ROLE ${quoteIdentifier(new URL(url).username)} IN DATABASE ${database}`;
    },
  ],
])('with unusual defaults for everything on a %s,', (what, whom) => {
  beforeAll(async () => {
    const place = await whom();
    for (const [name, value] of Object.entries(ODD))
      await world.sql(`ALTER ${place} SET ${name} = ${value.includes(',') ? value : `'${value}'`}`);
  });

  it('detect finds no change', async () => {
    const before = await kept();
    expect((await world.batches()).detected).toMatchObject({ new: 0, changed: 0, deleted: 0, unchanged: 4 });
    expect(await kept()).toEqual(before);
  });

  it('an edit reaches the board, and nothing else', async () => {
    const sent = await lastRequest(world);
    await world.sql('UPDATE dbo."ORDERS_UNIFIED" SET "PO NUMBER" = @number', { number: `É ${what}` });
    const { pushed } = await world.carry('--allow-large-change');
    expect(pushed['TITLE NINE']).toMatchObject({ itemsUpdated: 4, itemsFailed: 0, pending: 0 });
    expect((await effectsAfter(world, sent)).kinds).toEqual({ 'item.updated': 4 });
    expect((await readBoard(world)).map(({ values }) => values[COLUMN.poNumber])).toEqual(Array(4).fill(`É ${what}`));
    await world.expect('doctor');
  });
});
