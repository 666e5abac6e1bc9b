// Builds the image of every task as customer-orders/<task>:<version>. Names on the command line build only those.
// BASE_IMAGE in the environment takes another base.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Task → part of the tree it is in. The local ones serve docker-compose.yml: a board and sample orders to try out. */
const IMAGES = {
  detect: 'tasks',
  batch: 'tasks',
  stage: 'tasks',
  push: 'tasks',
  promote: 'tasks',
  archive: 'tasks',
  migrate: 'tasks',
  doctor: 'tasks',
};

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(IMAGES);
for (const task of names) {
  const args = { TASK: task, PART: IMAGES[task] ?? 'tasks', VERSION: version, REVISION: revision() };
  if (process.env['BASE_IMAGE']) args.BASE_IMAGE = process.env['BASE_IMAGE'];
  const flags = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const tag = `customer-orders/${task}:${version}`;
  execFileSync('docker', ['build', '--quiet', ...flags, '--tag', tag, '.'], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.stdout.write(`${tag}\n`);
}

function revision() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
