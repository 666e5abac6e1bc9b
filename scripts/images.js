// Builds the image of every task as customer-orders/<task>:<version>. Names on the command line build only those.
// BASE_IMAGE in the environment takes another base, by tag or pinned by digest: node:24-bookworm-slim@sha256:…
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { revision } from './revision.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = process.argv.length > 2 ? process.argv.slice(2) : readdirSync('tasks');
for (const task of names) {
  const args = { TASK: task, VERSION: version, REVISION: revision() };
  if (process.env['BASE_IMAGE']) args.BASE_IMAGE = process.env['BASE_IMAGE'];
  const flags = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const tag = `customer-orders/${task}:${version}`;
  execFileSync('docker', ['build', '--quiet', ...flags, '--tag', tag, '.'], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.stdout.write(`${tag}\n`);
}
