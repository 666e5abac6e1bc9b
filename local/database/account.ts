import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';

/** The ordinary user a server runs as when we are root: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  uid: number;
  gid: number;
}

const PREFERRED = ['nobody', 'postgres', 'daemon'];

/** The account for the server, or undefined when it may simply run as the present user. */
export function serverAccount(): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = new Map<string, ServerAccount>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && Number(uid) > 0) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  const name = PREFERRED.find((candidate) => accounts.has(candidate)) ?? [...accounts.keys()][0];
  const account = name === undefined ? undefined : accounts.get(name);
  if (account) return account;
  throw new FixFirstError(
    'EMBEDDED_DATABASE_UNUSABLE',
    'PostgreSQL does not run as root and /etc/passwd names no other user. Add one: useradd --system nobody',
  );
}

/** Whether the account may reach `folder` and read what is in it, judged by the modes of the folder and all above it. */
export function mayEnter(account: ServerAccount, folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const { uid, mode } = statSync(path);
    const granted = uid === account.uid ? mode >> 6 : mode;
    const needed = path === folder ? 0o5 : 0o1;
    if ((granted & needed) !== needed) return false;
    if (path === dirname(path)) return true;
  }
}
