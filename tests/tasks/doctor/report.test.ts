import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { stoppedBy, TryAgainError } from '../../../shared/ground/errors.js';
import { UsageError } from '../../../shared/runtime/parse-flags.js';
import { CATALOGUE, CHECK_NAMES, CODES } from '../../../tasks/doctor/catalogue.js';
import type { Check } from '../../../tasks/doctor/finding.js';
import { findingSchema, reportSchema } from '../../../tasks/doctor/finding.js';
import { CHECKS, reportLines } from '../../../tasks/doctor/run.js';
import { ENGINE } from '../../helpers/engine.js';
import { Doctoring } from './doctoring.js';

let doctoring: Doctoring;

beforeAll(async () => {
  doctoring = await Doctoring.open();
});
afterAll(() => doctoring.close());

describe('a check of doctor', () => {
  it('is a file with its name', () => {
    expect(CHECKS.map(({ name }) => name)).toEqual([...CHECK_NAMES]);
    const files = readdirSync('tasks/doctor/checks').map((file) => file.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual([...CHECK_NAMES].sort());
  });

  it('that breaks hides no other', async () => {
    const broken: Check = { name: 'tables', run: () => Promise.reject(new TypeError('x is not a function')) };
    const checks = CHECKS.map((check) => (check.name === 'tables' ? broken : check));
    const { findings, checks: seen } = await doctoring.examine({ checks });
    expect(findings).toMatchObject([{ check: 'tables', code: 'UNCHECKED', severity: 'error' }]);
    expect(findings[0]?.what).toContain('x is not a function');
    expect(seen.filter(({ state }) => state === 'passed')).toHaveLength(CHECKS.length - 1);
  });
});

describe('the report of doctor', () => {
  it('has one line per finding: what, why, and what to do', async () => {
    const report = await doctoring.examine({ env: { MONDAY_BOARD_ID: '77' } });
    const lines = reportLines(report);
    expect(lines).toHaveLength(CHECKS.length + 1);
    const finding = lines.find((text) => text.startsWith('error'));
    expect(finding).toMatch(
      /^error {4}board .*Board 77 does not exist.* push refuses to start\. Check MONDAY_BOARD_ID.* \[BOARD_ABSENT\]$/,
    );
    expect(lines.at(-1)).toMatch(/^1 error and 0 warnings/);
  });

  it('is a contract as JSON, with every field documented', async () => {
    const { lines, exitCode, outputs } = await doctoring.run({ json: true }, { MONDAY_BOARD_ID: '77' });
    expect(reportSchema.parse(JSON.parse(lines?.join() ?? '')).findings).toMatchObject([{ code: 'BOARD_ABSENT' }]);
    expect({ exitCode, outputs }).toEqual({
      exitCode: 2,
      outputs: { findings: 1, errors: 1, warnings: 0, skipped: ['columns', 'labels', 'room', 'keys'], fixed: 0 },
    });
    const { properties } = z.toJSONSchema(findingSchema);
    for (const [name, field] of Object.entries(properties ?? {}))
      expect({ name, field }).toMatchObject({ name, field: { description: expect.stringMatching(/\w{3}/) } });
  });

  it('ends with 1 when all faults may be transient, and with 0 when there is only info', async () => {
    const away = await doctoring.run({}, { MONDAY_API_URL: 'http://127.0.0.1:2/v2' });
    expect(away.exitCode).toBe(1);
    await doctoring.board.item('made by hand');
    expect((await doctoring.run()).exitCode).toBe(undefined);
  });
});

describe('a signal to doctor', () => {
  it('ends it with exit code 1, so that it can be run again', async () => {
    const stop = new AbortController();
    stop.abort(stoppedBy('SIGTERM'));
    for (const flags of [{}, { adopt: true, apply: true }] as const)
      await expect(doctoring.run(flags as object, {}, stop.signal)).rejects.toThrow(TryAgainError);
  });
});

describe('one table in doctor', () => {
  it('is shown as it is and as it should be', async () => {
    const { lines, exitCode } = await doctoring.run({ table: 'mon_board' });
    const [moment, whole, decimal] =
      ENGINE === 'mssql'
        ? [['datetime2(3)', 'datetime2(3)'], 'int', 'decimal(12,1)']
        : [['timestamp(3) without time zone', 'timestamp(3)'], 'integer', 'numeric(12,1)'];
    expect(lines?.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['column', 'is', 'should be'],
      ['board_id', 'bigint', 'bigint'],
      ['remembered_at', ...moment],
      ['subitems_board_id', 'bigint', 'bigint'],
      ['calls_per_day', whole, whole],
      ['calls_per_day_at', ...moment],
      ['calls_day', ...moment],
      ['calls_made', decimal, decimal],
      ['calls_used_up', 'smallint', 'smallint'],
      ['primary key PK_MON_Board', '(board_id)', '(board_id)'],
    ]);
    expect(exitCode).toBe(undefined);
  });

  it('that is not ours is refused, and the message lists ours', async () => {
    const failed = doctoring.run({ table: 'MON_Orders' });
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(/no table MON_Orders; ours are .*MON_Ledger/);
  });
});

describe('docs/doctor.md', () => {
  const page = readFileSync('docs/doctor.md', 'utf8');

  it.each(CODES)('has %s, with its severity', (code) => {
    const { severity } = CATALOGUE[code];
    expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| ${severity} \\| .+ \\| .+ \\|$`, 'm'));
  });

  it('has no other finding', () => {
    const told = [...page.matchAll(/^\| `([A-Z_]+)` \| (?:error|warning|info) \|/gm)].map((match) => match[1]);
    expect(told.sort()).toEqual([...CODES].sort());
  });
});
