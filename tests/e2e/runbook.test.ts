import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shellLines } from '../docs/commands.js';
import { patience } from '../helpers/engine.js';
import { Operator, writtenBy } from './operator.js';

/** Every command of the operators' documents, run as it stands there, with `co` as the runbook defines it. */
describe.each(['docs/runbook.md', 'docs/upgrade.md'])('%s', (document) => {
  const lines = shellLines(document).filter((line) => line.startsWith('co '));
  const bin = mkdtempSync(join(tmpdir(), 'bin-'));
  let operator: Operator;

  beforeAll(async () => {
    const played = `#!/bin/sh\nexec '${process.execPath}' '${resolve('tests/e2e/docker.js')}' "$@"\n`;
    writeFileSync(join(bin, 'docker'), played, { mode: 0o755 });
    operator = await Operator.open({ bin });
  }, patience(120_000));

  afterAll(async () => {
    rmSync(bin, { recursive: true, force: true });
    await operator.close();
  });

  it('contains commands', () => {
    expect(lines.length).toBeGreaterThan(3);
  });

  it.each(lines)('%s', async (line) => {
    const { code, said } = await operator.typed(line);
    expect({ code, said }).toEqual({ code: 0, said: expect.any(String) });
    expect(operator.files()).toEqual(expect.arrayContaining(writtenBy(line)));
  });
});
