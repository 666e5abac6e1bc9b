import { execFileSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { findJdk, JAVA_NEEDED } from './programs.js';

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
