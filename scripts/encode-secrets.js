// Prints the secrets of .env as Kestra reads them: SECRET_NAME=base64 of NAME's value.
// node scripts/encode-secrets.js [FILE] > .env.kestra
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const NAMES = ['WAREHOUSE_URL', 'ARCHIVE_URL', 'MONDAY_API_TOKEN', 'ALERT_URL'];
/** May be empty: Kestra needs the name all the same, or every expression that asks for it fails. */
const OPTIONAL = ['ALERT_URL'];

const file = process.argv[2] ?? '.env';
const settings = parseEnv(readFileSync(file, 'utf8'));
const missing = NAMES.filter((name) => !OPTIONAL.includes(name) && !settings[name]);
if (missing.length > 0) {
  process.stderr.write(`${file} lacks ${missing.join(', ')}: set each of them, as .env.example shows.\n`);
  process.exitCode = 2;
} else {
  for (const name of NAMES) {
    process.stdout.write(`SECRET_${name}=${Buffer.from(settings[name] ?? '').toString('base64')}\n`);
  }
}
