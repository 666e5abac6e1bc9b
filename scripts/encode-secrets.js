// Prints the secrets of .env as Kestra reads them: SECRET_NAME=base64 of NAME's value.
// node scripts/encode-secrets.js [FILE] > .env.kestra
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const NAMES = ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MONDAY_API_TOKEN', 'ALERT_URL'];
/** May be empty: Kestra needs the name all the same, or every expression that asks for it fails. */
const OPTIONAL = ['ALERT_URL'];

const file = process.argv[2] ?? '.env';
const settings = readSettings(file);
const refused = logInFaults(settings);
const missing = NAMES.filter((name) => !OPTIONAL.includes(name) && !settings[name]);
if (missing.length > 0) {
  process.stderr.write(`${file} lacks ${missing.join(', ')}: set each of them, as .env.example shows.\n`);
  process.exitCode = 2;
} else if (refused.length > 0) {
  process.stderr.write(
    `${refused.join('\n')}\nKestra would start all the same, and be open to whoever sets a log-in first.\n`,
  );
  process.exitCode = 2;
} else {
  for (const name of NAMES) {
    process.stdout.write(`SECRET_${name}=${Buffer.from(settings[name] ?? '').toString('base64')}\n`);
  }
}

function readSettings(path) {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${path} cannot be read (${error.code}): copy .env.example to it, or name another file.\n`);
    process.exit(2);
  }
}

/** What Kestra does not accept of its log-in, where one is given; it tells neither value. */
function logInFaults({ KESTRA_USER: user, KESTRA_PASSWORD: password }) {
  const faults = [];
  if (user && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(user)) faults.push('KESTRA_USER must be an e-mail address.');
  if (password && !(password.length >= 8 && /[A-Z]/.test(password) && /[a-z]/.test(password) && /\d/.test(password)))
    faults.push('KESTRA_PASSWORD must have eight characters or more, with a capital, a small letter and a digit.');
  return faults;
}
