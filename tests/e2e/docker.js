// Plays `docker run` for the runbook's `co`, on the bundle: a task that sees of this machine's files only those of the
// folder that is mounted, and loses what it writes elsewhere.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const BUNDLE = resolve(import.meta.dirname, '../../dist/tasks');
const OWNER_IN_IMAGE = '1000:1000';

const args = process.argv.slice(3);
const image = args.findIndex((word) => word.startsWith('customer-orders/'));
const [, task] = /^customer-orders\/(\w+):/.exec(args[image] ?? '') ?? [];
const text = { type: 'string' };
const { values } = parseArgs({
  args: args.slice(0, image),
  options: { rm: { type: 'boolean' }, network: text, 'env-file': text, volume: text, workdir: text, user: text },
});

const [source = '', target = ''] = (values.volume ?? '').split(':');
const own = mkdtempSync(join(tmpdir(), 'container-'));
const [uid, gid] = (values.user ?? OWNER_IN_IMAGE).split(':').map(Number);
const settings = readFileSync(values['env-file'], 'utf8').matchAll(/^(\w+)=(.*)$/gm);
const { status } = spawnSync(process.execPath, [join(BUNDLE, task, 'index.js'), ...args.slice(image + 1)], {
  cwd: target !== '' && values.workdir === target ? source : own,
  env: Object.fromEntries([...settings].map(([, name, value]) => [name, value])),
  // Only root may be somebody else; for others the one who calls is the one who owns the folder.
  ...(process.getuid() === 0 ? { uid, gid } : {}),
  stdio: 'inherit',
});
rmSync(own, { recursive: true });
process.exitCode = status ?? 1;
