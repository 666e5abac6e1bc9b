import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';

const run = promisify(execFile);
const JVM_FOLDER = '/usr/lib/jvm';
/** Kestra 2.0 is compiled for this version. */
const JAVA_NEEDED = 25;

/** Runs the docker client and gives its output. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** The home of a JDK that can compile and run the engine: JAVA_HOME, or the newest one of the system. */
export function findJdk(): string | undefined {
  const installed = existsSync(JVM_FOLDER) ? readdirSync(JVM_FOLDER).map((name) => join(JVM_FOLDER, name)) : [];
  return [process.env['JAVA_HOME'] ?? '', ...installed].find((home) => javaVersion(home) >= JAVA_NEEDED);
}

function javaVersion(home: string): number {
  const release = join(home, 'release');
  if (home === '' || !existsSync(release) || !existsSync(join(home, 'bin', 'javac'))) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1] ?? 0);
}

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

const NEEDS = {
  docker: () => (works('docker', 'info') ? undefined : 'a running Docker engine'),
  jdk: () => (findJdk() ? undefined : `a JDK of version ${JAVA_NEEDED} or newer`),
  maven: () => (works('mvn', '--version') ? undefined : 'Maven'),
};

/** A suite that needs these; without them it fails in CI, and elsewhere is skipped and says why. */
export function describeWith(needs: readonly (keyof typeof NEEDS)[], name: string, body: () => void): void {
  const missing = needs.map((need) => NEEDS[need]()).filter((what) => what !== undefined);
  if (missing.length > 0 && process.env['CI']) throw new Error(`${name}: CI must have ${missing.join(' and ')}.`);
  if (missing.length > 0) process.stderr.write(`Skipped: ${name}. This needs ${missing.join(' and ')}.\n`);
  (missing.length > 0 ? describe.skip : describe)(name, body);
}
