import { FixFirstError } from '../../ground/errors.js';
import type { Statement } from './statements.js';
import type { Parameters, Scalar } from './warehouse.js';

/** What a statement is given for one of its parameters. */
export function givenValue({ name: statement }: Statement, parameters: Parameters, name: string): Parameters[string] {
  const value = parameters[name];
  if (value === undefined)
    throw new FixFirstError('STATEMENT_INVALID', `Statement ${statement} was given no value for @${name}.`);
  return value;
}

/** Dates go as UTC text to the millisecond, whatever the session's language and this machine's time zone. */
export function plain(value: Scalar): string | number | null {
  return value instanceof Date ? value.toISOString().slice(0, -1) : value;
}
