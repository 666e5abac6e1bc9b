import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ENGINE } from '../helpers/engine.js';
import { readBoard } from './board-view.js';
import type { Environment, LocalProgram, Task } from './program.js';
import { World } from './world.js';

const NOBODY = '3f1c0f5e-0d0a-5b57-9a3e-2f5f0c0b7a11';
/** One byte more than PostgreSQL keeps of a name. */
const LONG_NAME = 'X'.repeat(64);
const BATCH = ['--batch-id', NOBODY];
/** So many executables at once: the machine has few cores. */
const AT_ONCE = 3;

let world: World;
let folder: string;

beforeAll(async () => {
  world = await World.open(['TITLE 9']);
  await world.carry();
  folder = mkdtempSync(join(tmpdir(), 'refused-input-'));
  const mapping = readFileSync('sql/mappings/customer-orders.yaml', 'utf8');
  writeFileSync(join(folder, 'alias.yaml'), 'a: &a [x]\nb: *a\n');
  writeFileSync(join(folder, 'tab.yaml'), '\tblank: []\n');
  writeFileSync(join(folder, 'unknown-key.yaml'), mapping.replace('except: [', 'exept: ['));
  writeFileSync(join(folder, 'blank-title.yaml'), mapping.replace('title: DROP,', 'title: " ",'));
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from(`# \u00c8\n${mapping}`, 'latin1'));
  writeFileSync(join(folder, 'long-title.yaml'), mapping.replace('title: DROP,', `title: ${LONG_NAME},`));
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'names.csv'), 'CUSTOMER NAME,CUSTOMER NAME\nA,B\n');
  writeFileSync(join(folder, 'no-such-columns.csv'), 'order,quantity\n1,2\n');
  writeFileSync(join(folder, 'quote.csv'), '"CUSTOMER NAME\n');
  writeFileSync(join(folder, 'latin1.csv'), Buffer.from('CUSTOMER NAME\nCAF\u00c9\n', 'latin1'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

/** Everything that a run could have written: each table's rows, the board, the files. */
async function state(): Promise<unknown> {
  const tables = await world.sql(
    `SELECT TABLE_NAME AS "name" FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'dbo' ORDER BY TABLE_NAME`,
  );
  const rows: unknown[] = [];
  for (const { name } of tables) {
    const all = await world.sql(`SELECT * FROM dbo."${String(name)}"`);
    rows.push([name, all.map((row) => JSON.stringify(row)).sort()]);
  }
  const archives = await world.archiveSql('SELECT COUNT(*) AS "rows" FROM snapshot_archive');
  return { tables, rows, archives, board: await readBoard(world), files: readdirSync(folder).sort() };
}

const detect = (env: Environment, sentence: string): Row => ['detect', [], env, 2, sentence];
const mapping = (file: string, sentence: string): Row => [
  'detect',
  [],
  { MAPPING_FILE: `{folder}/${file}` },
  2,
  sentence,
];
const url = (value: string, sentence: string): Row => detect({ WAREHOUSE_URL: value }, sentence);
const orders = (file: string, sentence: string): Row[] => [
  ['local/orders', ['--warehouse', 'WAREHOUSE_URL', '--orders', `{folder}/${file}`], {}, 2, sentence],
  ['local/demo', ['--orders', `{folder}/${file}`], {}, 2, sentence],
];
type Row = [task: Task | LocalProgram, args: string[], env: Environment, code: number, sentence: string];

const LONG_TITLE: readonly Row[] = [
  mapping('long-title.yaml', 'XXXX\\" has 64 bytes'),
  ['migrate', [], { MAPPING_FILE: '{folder}/long-title.yaml' }, 2, 'XXXX\\" has 64 bytes'],
  ['batch', ['list', '--customer', 'TITLE 9'], { MAPPING_FILE: '{folder}/long-title.yaml' }, 2, 'has 64 bytes'],
];

const ROWS: readonly Row[] = [
  ['detect', ['--dry-run=1'], {}, 2, '--dry-run takes no value but true or false'],
  ['detect', ['--dry-run=TRUE'], {}, 2, '--dry-run takes no value but true or false'],
  ['detect', ['--full', 'yes'], {}, 2, 'Unknown argument: yes'],
  ['detect', ['--', '--dry-run'], {}, 2, 'What follows \\"--\\" is not read'],
  ['detect', ['--method', 'HASH'], {}, 2, 'Did you mean hash?'],
  ['detect', ['--method'], {}, 2, '--method needs a value'],
  ['detect', ['--customer', ''], {}, 2, '--customer: must not be empty'],
  ['detect', ['--custommer', 'X'], {}, 2, 'Did you mean --customer?'],
  ['detect', ['--explain', ' '], {}, 2, '--explain: must not be empty'],
  ['detect', ['--explain', NOBODY, '--full'], {}, 2, '--full: does not go with --explain'],
  ['detect', ['--full', '--full'], {}, 2, '--full is given twice'],
  ['batch', ['--run-id', '7'], {}, 2, '--run-id: must be an id, its first eight characters or more, or latest'],
  ['stage', [], {}, 2, 'batch-id'],
  ['push', [...BATCH, '--max-minutes', '1e3'], {}, 2, '--max-minutes'],
  ['push', [...BATCH, '--max-minutes', '99999'], {}, 2, '--max-minutes: must be a number from 0.01 to 10080'],
  ['push', [...BATCH, '--dry-run='], {}, 2, '--dry-run takes no value but true or false'],
  ['promote', ['--batch-id', ''], {}, 2, 'batch-id'],
  ['archive', ['prune', '--dry-run=on'], {}, 2, '--dry-run takes no value but true or false'],
  ['archive', ['exprot'], {}, 2, 'Did you mean export?'],
  ['archive', ['export', '--archive-id', '1', '--output', '/nowhere/x.csv'], {}, 2, '--output'],
  ['migrate', ['--check=0'], {}, 2, '--check takes no value but true or false'],
  ['doctor', ['--fix=no'], {}, 2, '--fix takes no value but true or false'],
  detect({ LOCK_WAIT: '10' }, 'LOCK_WAIT'),
  detect({ LOCK_WAIT: '999999999d' }, 'LOCK_WAIT'),
  detect({ MAX_CHANGE_SHARE: '50%' }, 'MAX_CHANGE_SHARE'),
  detect({ BRAKE_MIN_LINES: '0x10' }, 'BRAKE_MIN_LINES'),
  detect({ DELETE_GRACE: '3 hours' }, 'DELETE_GRACE'),
  detect({ ROW_ERRORS_EXIT: '1e1' }, 'ROW_ERRORS_EXIT'),
  detect({ SOURCE_TABLE: 'NOWHERE' }, 'There is no table or view'),
  detect({ SOURCE_TABLE: 'MON_Run' }, 'The source lacks'),
  detect({ WAREHOUSE_SCHEMA: 'nowhere' }, 'WAREHOUSE_SCHEMA'),
  ['archive', ['prune'], { ARCHIVE_RETENTION_DAYS: '-1' }, 2, 'ARCHIVE_RETENTION_DAYS'],
  ['push', BATCH, { DELETE_POLICY: 'drop' }, 2, 'DELETE_POLICY'],
  ['push', BATCH, { MONDAY_BOARD_ID: '12 34' }, 2, 'MONDAY_BOARD_ID'],
  [
    'push',
    BATCH,
    { MONDAY_TIMEOUT_MS: '2147483648' },
    2,
    'MONDAY_TIMEOUT_MS must be a whole number from 100 to 600000',
  ],
  ['push', BATCH, { MONDAY_API_URL: 'http://api.example/v2' }, 2, 'MONDAY_ALLOW_HTTP'],
  ['push', BATCH, { MONDAY_API_TOKEN: '', MONDAY_API_TOKEN_FILE: '/nowhere/token' }, 2, 'MONDAY_API_TOKEN_FILE'],
  ['push', BATCH, { MONDAY_API_TOKEN: '', MONDAY_API_TOKEN_FILE: '{folder}/empty' }, 2, 'MONDAY_API_TOKEN_FILE'],
  ['push', BATCH, { MONDAY_API_TOKEN: '', MONDAY_API_TOKEN_FILE: '{folder}' }, 2, 'it is a folder (EISDIR)'],
  url('localhost', 'WAREHOUSE_URL must be a URL of the form'),
  url('postgres://u:ge#heim@h/db', 'WAREHOUSE_URL has a #'),
  url('postgres://u:ge@heim@h/db', 'WAREHOUSE_URL'),
  url('postgres://u:x@h/db?sslmode=prefer', 'sslmode'),
  url('postgres://u:x@h/db?sslrootcert=/nowhere/ca.pem', 'no such file or folder (ENOENT)'),
  url('postgres://h/db', 'WAREHOUSE_URL needs a user'),
  url('postgres://u:x@h', 'WAREHOUSE_URL needs a host and a database'),
  url('postgres://u:x@h:port/db', 'WAREHOUSE_URL has a port that is not a number'),
  url('postgres://u:x@h:0/db', 'WAREHOUSE_URL has a port that is not a number'),
  url('postgres:u:x@h/db', 'WAREHOUSE_URL must be a URL of the form'),
  url('mysql://u:x@h/db', 'WAREHOUSE_URL must be a URL of the form'),
  url('postgres://u:x%zz@h/db', 'WAREHOUSE_URL has a % that encodes nothing'),
  url('postgres://u:x@h/db?ssl_mode=require', 'an option like sslmode that is not known'),
  url('mssql://u:x@h/db?encrypt=maybe', 'encrypt'),
  url('mssql://u:x@h', 'WAREHOUSE_URL needs a host and a database'),
  ['archive', ['list'], { ARCHIVE_URL: 'mssql://u:x@h/db' }, 2, 'ARCHIVE_URL must be a URL of the form'],
  ['push', BATCH, { MONDAY_API_URL: 'api.monday.com/v2' }, 2, 'MONDAY_API_URL must be a URL of the form'],
  ['push', BATCH, { MONDAY_API_URL: 'https://u:x@api.example/v2' }, 2, 'leave them out'],
  ['push', BATCH, { MONDAY_API_URL: 'https://api.example/v2#x' }, 2, 'MONDAY_API_URL has a #'],
  mapping('alias.yaml', 'the alias *a is not allowed'),
  mapping('tab.yaml', 'line 1, column'),
  mapping('unknown-key.yaml', 'sizes.exept: is not known'),
  mapping('blank-title.yaml', 'title: must not be empty'),
  mapping('latin1.yaml', 'is not in UTF-8'),
  mapping('none.yaml', 'no such file or folder (ENOENT)'),
  ...(ENGINE === 'postgres' ? LONG_TITLE : []),
  ...orders('names.csv', '"CUSTOMER NAME" names column 1 (A) and column 2 (B)'),
  ...orders('no-such-columns.csv', 'the column "UNIT OF MEASURE" is missing'),
  ...orders('quote.csv', 'the field that begins with a quote never ends'),
  ...orders('latin1.csv', 'is not in UTF-8'),
  ...orders('none.csv', 'no such file or folder (ENOENT)'),
  ...orders('empty', 'Its first line must name the columns'),
];

it('invalid input ends each executable with its exit code and a sentence, and writes nothing', async () => {
  const before = await state();
  const wrong: unknown[] = [];
  const rows = [...ROWS];
  const work = async (): Promise<void> => {
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
      const [task, args, given, code, sentence] = row;
      const env = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, value.replace('{folder}', folder)]),
      );
      const ended = await world.run(
        task,
        args.map((arg) => arg.replace('{folder}', folder)),
        env,
      );
      const told = ended.said.includes(sentence) || ended.said.includes(sentence.replaceAll('\\', ''));
      const clean = !/Unexpected|fault of the program/.test(ended.said) && Object.keys(ended.outputs).length === 0;
      if (ended.code !== code || !told || !clean) wrong.push({ row, code: ended.code, said: ended.said });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(wrong).toEqual([]);
  expect(ROWS.length).toBeGreaterThanOrEqual(70);
  expect(await state()).toEqual(before);
}, 240_000);
