// Prints what Kestra needs of .env, as variables of its container: each secret as SECRET_NAME=base64 of NAME's value, and
// whatever else the flows read and .env sets as ENV_NAME=value.
// node scripts/encode-secrets.js [FILE] > .env.kestra
import { readdirSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const SECRETS = ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MONDAY_API_TOKEN', 'ALERT_URL'];
/** May be empty: Kestra needs the name all the same, or every expression that asks for it fails. */
const OPTIONAL = ['ALERT_URL'];
/** Settings that the flows decide by themselves. */
const OF_THE_FLOWS = {
  LOCK_WAIT: 'in variables.lock_wait_minutes, by which they also time push',
  ROW_ERRORS_EXIT: 'and look at the counts of refused lines',
};

const file = process.argv[2] ?? '.env';
const settings = readSettings(file);
const names = namesInFlows();
const faults = [...missingFaults(), ...fileFaults(), ...signFaults(), ...logInFaults(settings)];
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 2;
} else {
  for (const name of SECRETS)
    process.stdout.write(`SECRET_${name}=${Buffer.from(secretOf(name)).toString('base64')}\n`);
  for (const name of names) if (settings[name]) process.stdout.write(`ENV_${name}=${quoted(settings[name])}\n`);
  for (const [name, how] of Object.entries(OF_THE_FLOWS))
    if (settings[name]) process.stderr.write(`${name} is not handed on: the flows decide it, ${how}.\n`);
}

function readSettings(path) {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${path} cannot be read (${error.code}): copy .env.example to it, or name another file.\n`);
    process.exit(2);
  }
}

/** Every variable that a flow reads: flows:lint holds them to the settings, so none has to be listed here. */
function namesInFlows() {
  const folder = new URL('../flows/', import.meta.url);
  const texts = readdirSync(folder).map((flow) => readFileSync(new URL(flow, folder), 'utf8'));
  const read = texts.flatMap((text) => [...text.matchAll(/\benvs\.(\w+)/g)].map(([, name]) => name.toUpperCase()));
  return [...new Set(read)];
}

/** A secret, or what stands in the file that NAME_FILE names. */
function secretOf(name) {
  const path = settings[`${name}_FILE`];
  return path ? readFileSync(path, 'utf8').trim() : (settings[name] ?? '');
}

function missingFaults() {
  const secrets = SECRETS.filter((name) => !OPTIONAL.includes(name) && !settings[`${name}_FILE`]);
  const missing = [...secrets, 'MONDAY_BOARD_ID'].filter((name) => !settings[name]);
  return missing.length > 0 ? [`${file} lacks ${missing.join(', ')}: set each of them, as .env.example shows.`] : [];
}

function fileFaults() {
  return SECRETS.filter((name) => settings[`${name}_FILE`]).flatMap((name) => {
    if (settings[name]) return [`${name} and ${name}_FILE are both set: keep one of them.`];
    try {
      secretOf(name);
      return [];
    } catch (error) {
      return [`${name}_FILE names a file that cannot be read (${error.code}).`];
    }
  });
}

/** docker compose reads signs of these as more than a text, unless the value stands in single quotes. */
function quoted(value) {
  return /[$#"'\\`]/.test(value) ? `'${value}'` : value;
}

function signFaults() {
  return names
    .filter((name) => /['\r\n]/.test(settings[name] ?? ''))
    .map((name) => `${name} holds a single quote or a line break, which no file of variables can pass on.`);
}

/** What Kestra does not accept of its log-in, where one is given; it tells neither value. */
function logInFaults({ KESTRA_USER: user, KESTRA_PASSWORD: password }) {
  const refused = [];
  if (user && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(user)) refused.push('KESTRA_USER must be an e-mail address.');
  if (password && !(password.length >= 8 && /[A-Z]/.test(password) && /[a-z]/.test(password) && /\d/.test(password)))
    refused.push('KESTRA_PASSWORD must have eight characters or more, with a capital, a small letter and a digit.');
  return refused.length === 0
    ? []
    : [...refused, 'Kestra would start all the same, and be open to whoever sets a log-in first.'];
}
