import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { FixFirstError } from '../ground/errors.js';
import { fileFault } from '../ground/files.js';
import { decimalNumber, wholeNumber } from '../ground/parsing.js';
import { nearest } from '../ground/text.js';
import { DEFAULT_SCHEMA } from '../warehouse/port/warehouse.js';
import { databaseUrl, duration, identifier, isLoopback, oneOf, webUrl } from './setting-forms.js';

/** Of the type BIGINT of our tables. */
const LARGEST_ID = '9223372036854775807';
const share = decimalNumber({ least: 0, greatest: 1 });
const lines = wholeNumber({ least: 0, greatest: 1_000_000 });
/** A hundred years: more than anybody needs, and every date in it fits the databases. */
const days = wholeNumber({ least: 0, greatest: 36_500 });

/**
 * Every setting: format, range and default. `.env.example` and docs/settings.md list the same.
 * What is waited for by a timer stays far below the 24.8 days that a timer can take.
 */
export const SETTINGS = {
  WAREHOUSE_URL: databaseUrl('WAREHOUSE_URL', 'postgres:', 'postgresql:', 'mssql:'),
  WAREHOUSE_SCHEMA: identifier.default(DEFAULT_SCHEMA),
  SOURCE_TABLE: identifier.default('ORDERS_UNIFIED'),
  ARCHIVE_URL: databaseUrl('ARCHIVE_URL', 'postgres:', 'postgresql:'),
  ARCHIVE_SCHEMA: identifier.default('public'),
  MONDAY_API_URL: webUrl
    .refine((text) => !text.includes('?'), 'has a ?; it ends with the path, as in https://api.monday.com/v2')
    .default('https://api.monday.com/v2'),
  MONDAY_API_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'holds blanks or other characters that no token has: copy it again'),
  MONDAY_BOARD_ID: z
    .string()
    .regex(/^[1-9]\d{0,18}$/, "must be the number in the board's address")
    .refine((id) => id.length < LARGEST_ID.length || id <= LARGEST_ID, 'is larger than any id of a board'),
  MONDAY_MIN_INTERVAL_MS: wholeNumber({ least: 0, greatest: 60_000 }).optional(),
  MONDAY_TIMEOUT_MS: wholeNumber({ least: 100, greatest: 600_000 }).default(70_000),
  MONDAY_SETTLE_WAIT: duration('0s', '1d').prefault('70s'),
  MONDAY_ALLOW_HTTP: oneOf(['0', '1']).default('0'),
  MAPPING_FILE: z.string().min(1).optional(),
  MAX_CHANGE_SHARE: share.default(0.5),
  MAX_DELETE_SHARE: share.default(0.1),
  BRAKE_MIN_LINES: lines.default(20),
  DELETE_POLICY: oneOf(['archive', 'zero', 'keep']).default('archive'),
  DELETE_GRACE: duration('0s', '365d').prefault('3h'),
  ERR_RETRY_AFTER: duration('0s', '365d').prefault('1d'),
  LOCK_WAIT: duration('0s', '1d').prefault('10m'),
  ROW_ERRORS_EXIT: wholeNumber({ least: 0, greatest: 255 }).default(3),
  ARCHIVE_RETENTION_DAYS: days.default(30),
  ARCHIVE_MAX_PER_CUSTOMER: wholeNumber({ least: 1, greatest: 100_000 }).default(100),
  ALERT_URL: webUrl.optional(),
  ALERT_FORMAT: oneOf(['json', 'chat', 'teams']).default('json'),
  WATCH_MIN_LINES: lines.default(20),
  WATCH_MIN_ACCEPTED: share.default(0.99),
  WATCH_MAX_REJECTED: share.default(0.001),
  WATCH_RUN_TIME: duration('0s', '30d').prefault('30m'),
  WATCH_MAX_CALLS: share.default(0.9),
  WATCH_ARCHIVE_GROWTH: decimalNumber({ least: 0, greatest: 1_000 }).default(0.2),
  WATCH_ARCHIVE_MONTH_MB: decimalNumber({ least: 0, greatest: 1_000_000_000 }).default(500),
  STAGING_RETENTION_DAYS: days.default(7),
  ERR_RETENTION_DAYS: days.default(30),
  BATCH_RETENTION_DAYS: days.default(90),
  LOG_LEVEL: oneOf(['error', 'warn', 'info', 'debug']).default('info'),
  LOG_FORMAT: oneOf(['json', 'pretty', 'kestra']).optional(),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings<Name extends SettingName> = { [N in Name]: z.infer<(typeof SETTINGS)[N]> };

/** These may also come from a file named by `NAME_FILE`, as container platforms mount secrets. */
export const SECRET_SETTINGS: readonly SettingName[] = [
  'WAREHOUSE_URL',
  'ARCHIVE_URL',
  'MONDAY_API_TOKEN',
  'ALERT_URL',
];

/** What is wrong with one setting, as a sentence that says what to do. */
export interface SettingProblem {
  name: SettingName;
  message: string;
  /** It is not there at all. */
  missing?: true;
}

/**
 * Reads and checks the settings a task asks for. A blank variable counts as absent, and blanks at the ends of one do not
 * count at all.
 * Reports everything that is wrong at once. Rule 29: never repeats a secret's value.
 */
export function readSettings<Name extends SettingName>(names: readonly Name[], env: NodeJS.ProcessEnv): Settings<Name>;
export function readSettings<Name extends SettingName, Optional extends SettingName>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv,
  optional: readonly Optional[],
): Settings<Name> & Partial<Settings<Optional>>;
export function readSettings(
  names: readonly SettingName[],
  env: NodeJS.ProcessEnv,
  optional: readonly SettingName[] = [],
): unknown {
  const { values, problems } = trySettings([...names, ...optional], env, optional);
  if (problems.length === 0) return values;
  throw new FixFirstError(
    'SETTING_INVALID',
    `The settings cannot be used. ${problems.map(({ message }) => message).join(' ')}`,
  );
}

/** Like `readSettings`, but returns the valid settings together with the faults of the others. */
export function trySettings<Name extends SettingName>(
  names: readonly Name[],
  env: NodeJS.ProcessEnv,
  optional: readonly SettingName[] = [],
): { values: Partial<Settings<Name>>; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of new Set<SettingName>(names)) {
    const given = fromEnvironment(name, env, problems);
    if (given === null || (given === undefined && optional.includes(name))) continue;
    const result = SETTINGS[name].safeParse(given);
    if (result.success) values[name] = result.data;
    else {
      const message = problem(name, given, result.error.issues[0]?.message ?? 'is not valid', env);
      problems.push({ name, message, ...(given === undefined && { missing: true }) });
    }
  }
  problems.push(...plainTransport(values, env));
  return { values: values as Partial<Settings<Name>>, problems };
}

/** The token would be sent unencrypted. */
function plainTransport(values: Partial<Record<SettingName, unknown>>, env: NodeJS.ProcessEnv): SettingProblem[] {
  const { MONDAY_API_URL: url } = values;
  if (typeof url !== 'string' || !url.startsWith('http:') || isLoopback(url)) return [];
  if (env['MONDAY_ALLOW_HTTP']?.trim() === '1') return [];
  const message =
    'MONDAY_API_URL begins with http://, which would send the token unencrypted to another machine: write https://. ' +
    'MONDAY_ALLOW_HTTP=1 allows it, for a simulator in a network of your own.';
  return [{ name: 'MONDAY_API_URL', message }];
}

/** The text of a setting; undefined when absent, null when it could not be read (the problem is noted). */
function fromEnvironment(
  name: SettingName,
  env: NodeJS.ProcessEnv,
  problems: SettingProblem[],
): string | undefined | null {
  const refuse = (message: string): null => {
    problems.push({ name, message });
    return null;
  };
  const direct = (env[name] ?? '').trim();
  const file = SECRET_SETTINGS.includes(name) ? (env[`${name}_FILE`] ?? '').trim() : '';
  if (direct !== '' && file !== '') return refuse(`${name} and ${name}_FILE are both set: keep one of them.`);
  if (/^(?:".*"|'.*')$/s.test(direct))
    return refuse(`${name} is in quotes, which become part of the value where no shell removes them. Remove them.`);
  if (direct !== '') return direct;
  if (file === '') return undefined;
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? refuse(`${name}_FILE names a file that is empty.`) : text;
  } catch (error) {
    return refuse(
      `${name}_FILE names a file that cannot be read: ${fileFault(error)}. Correct its path or its permissions.`,
    );
  }
}

function problem(name: SettingName, given: string | undefined, message: string, env: NodeJS.ProcessEnv): string {
  const secret = SECRET_SETTINGS.includes(name);
  if (given === undefined) {
    const slip = Object.keys(env).find((each) => !isSetting(each) && isSlipOf(each, name));
    const meant = slip === undefined ? '' : ` ${slip} is set; did you mean ${name}?`;
    return `${name} is missing: set the environment variable ${name}${secret ? ` or ${name}_FILE` : ''}.${meant}`;
  }
  // An address may contain a password, as those of the databases do.
  const silent = secret || name === 'MONDAY_API_URL' || message.includes(given);
  return `${name} ${message}${silent ? '' : ` (it is "${given}")`}.`;
}

/**
 * Variables whose names are probably misspelled settings: each word of the name is close to one of a
 * setting's, or it lacks some of them. A sentence each.
 */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = Object.keys(SETTINGS);
  return Object.keys(env).flatMap((name) => {
    const meant = isSetting(name) ? undefined : known.find((setting) => isSlipOf(name, setting));
    return meant === undefined ? [] : [`${name} is not a setting. Did you mean ${meant}?`];
  });
}

const isSetting = (name: string): boolean => name in SETTINGS || name.replace(/_FILE$/, '') in SETTINGS;

function isSlipOf(name: string, setting: string): boolean {
  const word = name.replace(/_FILE$/, '');
  if (!/^[A-Za-z]+(_[A-Za-z]+)+$/.test(word)) return false;
  const [given, meant] = [word.toUpperCase().split('_'), setting.split('_')];
  if (given.length === meant.length)
    return given.every((part, place) => nearest(part, [meant[place] ?? '']) !== undefined);
  let place = 0;
  for (const part of meant) if (part === given[place]) place += 1;
  return place === given.length;
}

/** From where to where a setting may go, as docs/settings.md states it; undefined for those without a range. */
export function rangeOf(name: SettingName): string | undefined {
  for (let schema: unknown = SETTINGS[name]; schema instanceof z.ZodType; schema = inner(schema)) {
    const { range } = schema.meta() ?? {};
    if (typeof range === 'string') return range;
  }
  return undefined;
}

const inner = (schema: z.ZodType): unknown =>
  'unwrap' in schema && typeof schema.unwrap === 'function' ? schema.unwrap() : undefined;
