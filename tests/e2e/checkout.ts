import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withoutSettings } from './running-demo.js';

/** What a checkout has that commands use. */
const PARTS = ['dist', 'node_modules', 'package.json', 'scripts', 'shared', 'sql', 'tasks', 'local', '.env.example'];

/** `npm run` as npm does it, but for the build: other tests use the bundle at the same time. */
const NPM = `const { spawnSync } = require('node:child_process');
const [, , , script, , ...words] = process.argv;
const own = require('../package.json').scripts[script].replace('npm run --silent build && ', '');
const quoted = words.map((word) => "'" + word.replaceAll("'", "'\\\\''") + "'").join(' ');
process.exitCode = spawnSync('sh', ['-c', own + ' ' + quoted], { stdio: 'inherit' }).status;
`;

/** A folder made like a checkout, in which commands are typed. */
export class Checkout {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of PARTS) symlinkSync(resolve(name), join(folder, name));
    mkdirSync(join(folder, 'bin'));
    const npm = join(folder, 'bin', 'npm');
    writeFileSync(`${npm}.cjs`, NPM);
    writeFileSync(npm, `#!/bin/sh\nexec node ${npm}.cjs "$@"\n`, { mode: 0o755 });
  }

  /** Runs a line as a person would type it after these others; gives the exit code and what was said. */
  typed(line: string, before: readonly string[] = []): Promise<{ code: number; said: string }> {
    const env = { ...withoutSettings(), PATH: `${join(this.#folder, 'bin')}:${process.env['PATH']}` };
    return new Promise((done) => {
      const script = [...before, line].join('\n');
      execFile('bash', ['-c', script], { cwd: this.#folder, env }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` });
      });
    });
  }
}
