import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FixFirstError } from '../ground/errors.js';
import { fileFault } from '../ground/files.js';

const FILE = '.env';
const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/;

/**
 * The environment, with additional variables from the file `.env` in this folder. Existing variables, even blank ones,
 * stay unchanged. Lines are read as by `docker run --env-file`: no quotes, no comment after a value.
 * @throws FixFirstError when the file exists and cannot be read.
 */
export function withEnvFile(env: NodeJS.ProcessEnv, folder = process.cwd()): NodeJS.ProcessEnv {
  const file = resolve(folder, FILE);
  const added: NodeJS.ProcessEnv = {};
  for (const line of textOf(file).split(/\r?\n/)) {
    const [, name = '', value = ''] = LINE.exec(line) ?? [];
    if (name !== '' && !(name in env)) added[name] = value.trim();
  }
  return { ...added, ...env };
}

function textOf(file: string): string {
  if (!existsSync(file) || !statSync(file).isFile()) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `${file} cannot be read: ${fileFault(error)}. Correct its permissions.`;
    throw new FixFirstError('SETTING_INVALID', message, { cause: error });
  }
}
