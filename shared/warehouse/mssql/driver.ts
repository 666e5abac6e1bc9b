import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Connection, ConnectionPool, IRecordSet, Request, Transaction } from 'mssql';
import sql from 'mssql';
import type { ResultColumn } from './values.js';

// Everything that uses internals of mssql and of the driver beneath it, tedious: parts that are undocumented
// and that another version may rename. tests/shared/warehouse/mssql/driver.test.ts names the versions
// to which this applies; check this file against a new one. Tests with a scripted server check the behaviour.

interface RequestParts {
  _currentRequest?: EventEmitter;
}
interface ConnectionParts {
  socket?: Socket;
  getInitialSql?: () => string;
  sendLogin7Packet?: () => void;
}
interface RunnerParts {
  request(options?: { requestTimeout: number }): Request;
}
interface PoolParts {
  pool?: unknown;
  _poolCreate?: () => Promise<Connection>;
  _poolDestroy?: (connection: Connection) => Promise<void>;
  _poolValidate?: (connection: Connection) => unknown;
}

/**
 * Takes the rows of a request from the driver beneath the client. The client would look up the type of every value
 * again and copy each row, which is a third of the time that a wide table takes to be read. To be called when the
 * request tells its columns: the client's own listener, which this one replaces, is in place by then.
 */
export function takeDriverRows(request: Request, onRow: (values: unknown[]) => void): void {
  const { _currentRequest: driverRequest } = request as unknown as RequestParts;
  if (driverRequest === undefined) throw otherVersion('mssql runs requests');
  driverRequest.removeAllListeners('row');
  driverRequest.on('row', (row: { value: unknown }[]) => onRow(row.map(({ value }) => value)));
}

/**
 * Has packets sent at once, to be called before a connection is opened. The driver leaves that to the system, which
 * holds back the last packet of a statement of several until the server has acknowledged those before: 40 ms where that
 * is Linux, 200 ms where it is Windows, for every statement with some kilobytes of values.
 */
export function sendAtOnce(connection: Connection): void {
  connection.once('connect', (error?: Error) => {
    if (!error) (connection as unknown as ConnectionParts).socket?.setNoDelay(true);
  });
}

/** Has statements sent behind those that the driver sends after each login; to be called before a connection is opened. */
export function addToInitialSql(connection: Connection, statements: readonly string[]): void {
  const parts = connection as unknown as ConnectionParts;
  const initial = parts.getInitialSql;
  if (initial === undefined) throw otherVersion('tedious begins sessions');
  parts.getInitialSql = () => [initial.call(connection), ...statements].join('\n');
}

/** Calls `check` before each packet that holds the login's user and password; if it throws, the packet is not sent. */
export function beforeLogin(connection: Connection, check: () => void): void {
  const parts = connection as unknown as ConnectionParts;
  const send = parts.sendLogin7Packet;
  if (send === undefined) throw otherVersion('tedious logs in');
  parts.sendLogin7Packet = () => {
    check();
    send.call(connection);
  };
}

/**
 * Has a pool keep the connection with which it tries whether it can connect. The client closes that one and opens
 * another: every pool would log in once more than it needs to.
 */
export function keepTriedConnection(pool: ConnectionPool): void {
  const parts = pool as unknown as PoolParts;
  const { _poolCreate: create, _poolDestroy: destroy, _poolValidate: validate } = parts;
  if (create === undefined || destroy === undefined || validate === undefined)
    throw otherVersion('mssql opens connections');
  const close = pool.close.bind(pool) as () => Promise<void>;
  let tried: Connection | undefined;
  parts._poolDestroy = async (connection) => {
    // Until the first attempt is over, nothing could hold the connection.
    if (parts.pool) await destroy.call(pool, connection);
    else tried = connection;
  };
  parts._poolCreate = async () => {
    const kept = tried;
    tried = undefined;
    return kept !== undefined && validate.call(pool, kept) ? kept : create.call(pool);
  };
  pool.close = async () => {
    if (tried !== undefined) await destroy.call(pool, tried);
    tried = undefined;
    return close();
  };
}

/** The columns of rows that came as arrays, which is how the pool is set; the types know rows as objects alone. */
export function columnsOf(recordset: IRecordSet<ArrayLike<unknown>>): ResultColumn[] {
  return recordset.columns as unknown as ResultColumn[];
}

/** A request with a timeout of its own in milliseconds, which the types do not know; without one the pool's. */
export function requestWithin(runner: ConnectionPool | Transaction, requestTimeout?: number): Request {
  const { request } = runner as unknown as RunnerParts;
  return request.call(runner, requestTimeout === undefined ? undefined : { requestTimeout });
}

function otherVersion(does: string): TypeError {
  return new TypeError(`This version of ${does} in a different way from the one this program knows.`);
}

/** A pool that logs in no more often than it needs to. */
export function makePool(config: sql.config): sql.ConnectionPool {
  const pool = new sql.ConnectionPool(config);
  keepTriedConnection(pool);
  // A connection that dies fails the statement that runs on it, or is replaced at its next use; without a listener
  // its event would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Beside what the driver sets at every login: these, too, have defaults on a server, for all logins. Without counts we
 * would take every statement for one that touched nothing.
 */
const FURTHER = ['set nocount off', 'set rowcount 0', 'set arithignore off', 'set cursor_close_on_commit off'];

/** To be called before a connection is opened: what it sends after the login then sets these as well. */
export function setSession(connection: Connection, lockTimeoutMs: number): void {
  addToInitialSql(connection, [...FURTHER, `set lock_timeout ${lockTimeoutMs}`]);
}

/** A message of the server, as the client reports it in an event. */
interface ServerMessage {
  number: number;
  state: number;
  message: string;
}

/**
 * Watches connections while they log in, for two things that the client does not do: it sends the password in the clear
 * to a server that says it cannot encrypt, and it drops the numbers of the errors for which a login is refused.
 */
export class LoginWatch {
  readonly #encrypt: boolean;
  #refusals: Error[] = [];

  constructor(config: sql.config) {
    const encrypt: unknown = config.options?.encrypt;
    // "strict" is TLS from the first byte on: there is nothing to negotiate.
    this.#encrypt = encrypt === true;
  }

  /** To be called before a connection is opened. */
  watch(connection: sql.Connection): void {
    const refusals: Error[] = [];
    const note = ({ number, state, message }: ServerMessage): void => {
      refusals.push(Object.assign(new Error(message), { number, state }));
      this.#refusals = refusals;
    };
    connection.on('errorMessage', note);
    connection.once('connect', () => connection.removeListener('errorMessage', note));
    if (this.#encrypt) refusePlainLogin(connection);
  }

  /** Adds the server's messages to the error of a refused login. */
  explain(error: unknown): unknown {
    if (!(error instanceof sql.ConnectionError) || error.code !== 'ELOGIN' || 'number' in error) return error;
    return Object.assign(error, { precedingErrors: this.#refusals });
  }
}

function refusePlainLogin(connection: sql.Connection): void {
  let secure = false;
  connection.on('secure', () => {
    secure = true;
  });
  beforeLogin(connection, () => {
    if (!secure) throw Object.assign(new Error('The server does not encrypt the connection'), { code: 'EENCRYPT' });
    // A login may be redirected to another server, where everything starts again.
    secure = false;
  });
}
