import sql from 'mssql';
import { beforeLogin } from './driver.js';

/** What the server said, as the client reports it in an event. */
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

  /** Adds to the error of a refused login what the server said. */
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
    // A login may be sent on to another server, with which everything begins anew.
    secure = false;
  });
}
