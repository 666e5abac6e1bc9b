import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ServerAccount } from './account.js';

/** Runs one of PostgreSQL's own programs to its end. */
export type Program = (args: readonly string[]) => Promise<{ code: number | null; output: string }>;

/** The program of that name, run as `account` from a folder the account can enter. */
export function programOf(native: string, name: 'initdb' | 'pg_ctl', account: ServerAccount | undefined): Program {
  return (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(join(native, 'bin', name), args, {
        ...account,
        cwd: native,
        // Detached, so that Ctrl-C in the terminal reaches us and not the server.
        detached: true,
        env: { PATH: process.env['PATH'], SYSTEMROOT: process.env['SYSTEMROOT'], LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
    });
}

/** Whether a process of that id exists, ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
