import type { Connection } from 'mssql';

/**
 * Beside what the driver sets at every login: these, too, have defaults on a server, for all logins. Without counts we
 * would take every statement for one that touched nothing.
 */
const FURTHER = ['set nocount off', 'set rowcount 0', 'set arithignore off', 'set cursor_close_on_commit off'];

/** The part of a connection that the client does not describe; a test with a scripted server holds it in place. */
interface SessionSteps {
  getInitialSql?: () => string;
}

/** To be called before a connection is opened: what it sends after the login then sets these as well. */
export function setSession(connection: Connection, lockTimeoutMs: number): void {
  const steps = connection as unknown as SessionSteps;
  const initial = steps.getInitialSql;
  if (initial === undefined)
    throw new TypeError('This version of tedious begins sessions in another way than the one we know.');
  steps.getInitialSql = () => [initial.call(connection), ...FURTHER, `set lock_timeout ${lockTimeoutMs}`].join('\n');
}
