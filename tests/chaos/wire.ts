import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One connection that goes through a wire. */
interface Line {
  client: Socket;
  server: Socket;
  /** It holds or tries to take an application lock. */
  lock: boolean;
  /** The server's side is gone, and the client does not know. */
  silent: boolean;
  /** Cut as soon as the server answers. */
  doomed: boolean;
}

const TERMINATE = 'X'.charCodeAt(0);

/** A way to the database on which connections can be cut at a chosen statement, or die unnoticed. */
export class Wire {
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #armed: 'before' | 'after' | undefined;
  /** Called with every statement, for who counts them; it may say that this one's connection is to be cut. */
  onStatement: (() => { side: 'before' | 'after' } | undefined) | undefined;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: false, noDelay: true }, (client) => this.#open(client));
  }

  static async open(url: string): Promise<{ wire: Wire; url: string }> {
    const target = new URL(url);
    const wire = new Wire({ host: target.hostname, port: Number(target.port) });
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    target.hostname = '127.0.0.1';
    target.port = String((wire.#server.address() as AddressInfo).port);
    return { wire, url: target.href };
  }

  /** The next statement meets a cut connection: before it arrives, or before its answer does. */
  cutNext(side: 'before' | 'after'): void {
    this.#armed = side;
  }

  /** Returns whether the statement has come. */
  disarm(): boolean {
    const came = this.#armed === undefined;
    this.#armed = undefined;
    return came;
  }

  /** The server drops the connections that hold locks; the client is not told. Returns how many there were. */
  loseLocks(): number {
    const held = [...this.#lines].filter(({ lock, silent }) => lock && !silent);
    for (const line of held) {
      line.silent = true;
      line.server.destroy();
    }
    return held.length;
  }

  /** Cuts everything and lets nobody in any more. */
  close(): void {
    this.#server.close();
    for (const line of this.#lines) cut(line);
  }

  #open(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true });
    const line: Line = { client, server, lock: false, silent: false, doomed: false };
    this.#lines.add(line);
    client.on('data', (bytes) => this.#toServer(line, bytes));
    server.on('data', (bytes) => {
      if (line.doomed) cut(line);
      else client.write(bytes);
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (line.silent && socket === server) return;
        this.#lines.delete(line);
        other.destroy();
      });
    }
  }

  #toServer(line: Line, bytes: Buffer): void {
    if (line.silent) {
      if (bytes[0] === TERMINATE) line.client.destroy();
      return;
    }
    if (bytes.includes('advisory_lock')) line.lock = true;
    if (isStatement(bytes) && !line.lock) {
      const side = this.onStatement?.()?.side ?? this.#armed;
      this.#armed = undefined;
      if (side === 'before') cut(line);
      if (side === 'after') line.doomed = true;
    }
    if (!line.server.destroyed) line.server.write(bytes);
  }
}

const STATEMENTS = new Set([...'QPBESHCc'].map((letter) => letter.charCodeAt(0)));

/** The beginning of what a client sends, once it is let in: a query, its parts, or the end of a bulk load. */
function isStatement(bytes: Buffer): boolean {
  const first = bytes[0];
  return first !== undefined && STATEMENTS.has(first);
}

function cut({ client, server }: Line): void {
  client.destroy();
  server.destroy();
}
