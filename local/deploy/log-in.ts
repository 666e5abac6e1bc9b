import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { FixFirstError } from '../../shared/ground/errors.js';
import { fileError } from '../../shared/ground/files.js';

export interface LogIn {
  user: string;
  password: string;
}

const logInEnv = z.object({
  KESTRA_USER: z.string().min(1),
  KESTRA_PASSWORD: z.string().default(''),
  KESTRA_PASSWORD_FILE: z.string().default(''),
});

/**
 * The log-in of Kestra, from the environment or from `.env`, which is read as docker compose reads it: a password with
 * signs stands in single quotes there.
 * @throws FixFirstError when there is none, or two passwords.
 */
export function readLogIn(env: NodeJS.ProcessEnv): LogIn {
  const file = existsSync('.env') ? parseEnv(textOf('.env')) : {};
  const given = logInEnv.safeParse({ ...file, ...env });
  if (!given.success)
    throw new FixFirstError('SETTING_INVALID', 'KESTRA_USER is not set. Set it as .env.example shows.');
  const { KESTRA_USER: user, KESTRA_PASSWORD: plain, KESTRA_PASSWORD_FILE: path } = given.data;
  if ((plain === '') === (path === ''))
    throw new FixFirstError('SETTING_INVALID', 'Set one of KESTRA_PASSWORD and KESTRA_PASSWORD_FILE.');
  return { user, password: plain === '' ? textOf(path).replace(/\r?\n$/, '') : plain };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(`${path} cannot be read`, error, { advice: 'Correct its path or its permissions.' });
  }
}
