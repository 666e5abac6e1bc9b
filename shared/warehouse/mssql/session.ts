import type { Connection } from 'mssql';
import { addToInitialSql } from './driver.js';

/**
 * Beside what the driver sets at every login: these, too, have defaults on a server, for all logins. Without counts we
 * would take every statement for one that touched nothing.
 */
const FURTHER = ['set nocount off', 'set rowcount 0', 'set arithignore off', 'set cursor_close_on_commit off'];

/** To be called before a connection is opened: what it sends after the login then sets these as well. */
export function setSession(connection: Connection, lockTimeoutMs: number): void {
  addToInitialSql(connection, [...FURTHER, `set lock_timeout ${lockTimeoutMs}`]);
}
