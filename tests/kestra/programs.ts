import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const JVM_FOLDER = '/usr/lib/jvm';
/** Kestra 2.0 is compiled for this version. */
export const JAVA_NEEDED = 25;

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
