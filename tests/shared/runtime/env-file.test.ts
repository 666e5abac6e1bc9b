import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withEnvFile } from '../../../shared/runtime/env-file.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'env-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the file .env', () => {
  it('is optional', () => {
    expect(withEnvFile({ A: '1' }, join(folder, 'nowhere'))).toEqual({ A: '1' });
  });

  it('supplies what the environment lacks, and overrides nothing', () => {
    writeFileSync(
      join(folder, '.env'),
      '# a comment\n\nA=file\r\nB= with # and "quotes" \nexport C=x=y\nD=\nnot a line\n',
    );
    expect(withEnvFile({ A: 'own' }, folder)).toEqual({ A: 'own', B: 'with # and "quotes"', C: 'x=y', D: '' });
  });
});
