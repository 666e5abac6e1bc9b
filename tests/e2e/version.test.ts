import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { type Environment, type LocalProgram, Program, type Task } from './program.js';

const PROGRAMS: readonly (Task | LocalProgram)[] = [
  ...(['detect', 'batch', 'stage', 'push', 'promote', 'archive', 'migrate', 'doctor', 'probe'] as const),
  ...(['local/demo', 'local/orders', 'local/sync'] as const),
];
const NOWHERE = 'postgres://nobody:secret-word@127.0.0.1:1/nowhere';
const run = (program: Task | LocalProgram, args: readonly string[], env: Environment = {}) =>
  new Program(program, args, env).ended;

describe('every program', () => {
  it.each(PROGRAMS)('%s prints its version, commit and mapping version, without any setting', async (program) => {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const { code, said } = await run(program, ['--version']);
    expect(code).toBe(0);
    expect(said).toMatch(/^customer-orders \d+\.\d+\.\d+, commit (?:[0-9a-f]{40}|unknown), mapping [0-9a-f]{12}$/);
    expect(said).toContain(`mapping ${loadMapping().version}`);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
  });

  it('prints the commit of its image, and says why it cannot read a mapping', async () => {
    const env = { CUSTOMER_ORDERS_REVISION: 'abc123', MAPPING_FILE: '/nowhere/mapping.yaml' };
    const { code, said } = await run('detect', ['--version'], env);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/commit abc123, mapping unreadable: .*ENOENT/),
    });
  });
});

describe('help', () => {
  it.each<[Task, string[], string[]]>([
    ['detect', [], ['SOURCE_TABLE', 'WAREHOUSE_SCHEMA', 'ROW_ERRORS_EXIT', 'LOG_FORMAT']],
    ['push', [], ['MONDAY_API_TOKEN', 'MONDAY_BOARD_ID', 'LOCK_WAIT']],
    ['batch', ['watch'], ['ALERT_URL', 'WATCH_MIN_LINES']],
    ['archive', ['prune'], ['ARCHIVE_RETENTION_DAYS']],
  ])('of %s %j names the settings that it reads', async (task, words, settings) => {
    const { said } = await run(task, [...words, '--help']);
    for (const setting of settings) expect(said).toMatch(new RegExp(`\\b${setting}\\b`));
    expect(said).toMatch(/--version\s+Show version/);
  });
});

describe('a misspelled name', () => {
  it.each<[Task | LocalProgram, string[], Environment, string]>([
    ['stage', [], {}, 'Missing: --batch-id.'],
    ['stage', ['--batch-id'], {}, '--batch-id needs a value.'],
    ['stage', ['--bacth-id', 'latest'], {}, 'Did you mean --batch-id?'],
    ['detect', ['--verison'], {}, 'Did you mean --version?'],
    ['batch', ['stauts'], {}, 'Did you mean status?'],
    ['local/sync', ['--custmer', 'X'], {}, 'Did you mean --customer?'],
    ['detect', [], { WAREHOUSE_ULR: NOWHERE }, 'WAREHOUSE_ULR is set; did you mean WAREHOUSE_URL?'],
    ['local/sync', [], { MONDAY_TOKEN: 'x' }, 'MONDAY_TOKEN is set; did you mean MONDAY_API_TOKEN?'],
  ])('%s %j is refused with the name that was probably meant', async (program, args, env, words) => {
    const { code, said } = await run(program, args, env);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining(words) });
  });

  it('of a setting that the command does not need is reported; other variables are not', async () => {
    const { said } = await run('detect', ['--list-customers'], {
      WAREHOUSE_URL: NOWHERE,
      WAREHOUSE_SCEMA: 'dbo',
      log_level: 'info',
      WAREHOUSE_USER: 'somebody',
      MONDAY_API_TOKEN_FILE: '/nowhere',
    });
    expect(said).toContain('WAREHOUSE_SCEMA is not a setting. Did you mean WAREHOUSE_SCHEMA?');
    expect(said).toContain('log_level is not a setting. Did you mean LOG_LEVEL?');
    expect(said).not.toContain('WAREHOUSE_USER');
    expect(said).not.toContain('TOKEN_FILE is no setting');
  });
});
