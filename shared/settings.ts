import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseDuration } from './durations.js';
import { FixFirstError, messageOf } from './errors.js';

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `is "${text}"; write a duration such as 30s, 10m, 3h or 1d` });
  return z.NEVER;
});

function url(...protocols: string[]) {
  const allowed = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  return z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL of the form ${allowed}`,
    );
}

const share = z.coerce.number().min(0).max(1);
const whole = z.coerce.number().int().min(0);
const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_ .]*$/, 'must be a plain table, view or schema name');

/** Every setting there is: form and default. `.env.example` and docs/settings.md list the same names. */
export const SETTINGS = {
  WAREHOUSE_URL: url('postgres:', 'postgresql:', 'mssql:'),
  WAREHOUSE_SCHEMA: identifier.default('dbo'),
  SOURCE_TABLE: identifier.default('ORDERS_UNIFIED'),
  ARCHIVE_URL: url('postgres:', 'postgresql:'),
  MONDAY_API_URL: url('https:', 'http:').default('https://api.monday.com/v2'),
  MONDAY_API_TOKEN: z.string().min(1),
  MONDAY_BOARD_ID: z.string().regex(/^\d+$/, "must be the number in the board's address"),
  MONDAY_MIN_INTERVAL_MS: whole.optional(),
  MONDAY_TIMEOUT_MS: z.coerce.number().int().min(1).default(70_000),
  MONDAY_SETTLE_WAIT: duration.prefault('70s'),
  MAPPING_FILE: z.string().min(1).optional(),
  MAX_CHANGE_SHARE: share.default(0.5),
  MAX_DELETE_SHARE: share.default(0.1),
  BRAKE_MIN_LINES: whole.default(20),
  DELETE_POLICY: z.enum(['archive', 'zero', 'keep']).default('archive'),
  DELETE_GRACE: duration.prefault('3h'),
  ERR_RETRY_AFTER: duration.prefault('1d'),
  LOCK_WAIT: duration.prefault('10m'),
  ROW_ERRORS_EXIT: z.coerce.number().int().min(0).max(255).default(3),
  ARCHIVE_RETENTION_DAYS: whole.default(30),
  ARCHIVE_MAX_PER_CUSTOMER: z.coerce.number().int().min(1).default(100),
  ALERT_URL: url('https:', 'http:').optional(),
  WATCH_MIN_ACCEPTED: share.default(0.99),
  WATCH_MAX_REJECTED: share.default(0.001),
  WATCH_RUN_TIME: duration.prefault('30m'),
  WATCH_ARCHIVE_GROWTH: z.coerce.number().min(0).default(0.2),
  WATCH_ARCHIVE_MONTH_MB: z.coerce.number().min(0).default(500),
  STAGING_RETENTION_DAYS: whole.default(7),
  ERR_RETENTION_DAYS: whole.default(30),
  BATCH_RETENTION_DAYS: whole.default(90),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
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
}

/**
 * Reads and checks the settings a task asks for. An empty variable counts as absent.
 * Reports everything that is wrong at once, and never repeats a secret's value.
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
  throw new FixFirstError(`The settings cannot be used. ${problems.map(({ message }) => message).join(' ')}`);
}

/** Like `readSettings`, but gives the settings that can be used beside what is wrong with the others. */
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
    else problems.push({ name, message: problem(name, given, result.error.issues[0]?.message ?? 'is not valid') });
  }
  return { values: values as Partial<Settings<Name>>, problems };
}

/** The text of a setting; undefined when absent, null when it could not be read (the problem is noted). */
function fromEnvironment(
  name: SettingName,
  env: NodeJS.ProcessEnv,
  problems: SettingProblem[],
): string | undefined | null {
  const direct = env[name];
  if (direct !== undefined && direct !== '') return direct;
  const file = env[`${name}_FILE`];
  if (!SECRET_SETTINGS.includes(name) || file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push({ name, message: `${name}_FILE names a file that cannot be read: ${messageOf(error)}.` });
    return null;
  }
}

function problem(name: SettingName, given: string | undefined, message: string): string {
  const fromFile = SECRET_SETTINGS.includes(name) ? ` or ${name}_FILE` : '';
  if (given === undefined) return `${name} is missing: set the environment variable ${name}${fromFile}.`;
  return `${name} ${message}${SECRET_SETTINGS.includes(name) || message.includes(given) ? '' : ` (it is "${given}")`}.`;
}
