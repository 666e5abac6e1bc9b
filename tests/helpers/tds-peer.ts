import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Kinds of message that a client sends. */
export const TDS = {
  batch: 0x01,
  rpc: 0x03,
  attention: 0x06,
  bulk: 0x07,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const;
const RESPONSE = 0x04;
const HEADER = 8;
const LAST_PACKET = 0x01;
const PACKET_DATA = 4_000;
const NO_ENCRYPTION = 2;

export interface TdsMessage {
  type: number;
  /** Whether the text occurs in it, as a statement or a value. */
  has(text: string): boolean;
}

/** What the peer does: answers with tokens, says nothing, or cuts the connection, after what was sent so far. */
export type TdsAnswer = Buffer | 'nothing' | 'cut' | { first: Buffer; cut: true };

/** A server that speaks just enough of the protocol of SQL Server to do what a test scripts. */
export class TdsPeer {
  readonly url: string;
  /** Connections that were opened. */
  connections = 0;
  readonly messages: TdsMessage[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, script: (message: TdsMessage) => TdsAnswer | undefined) {
    this.#server = server;
    this.url = `mssql://user:password@127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      readMessages(socket, (message) => {
        this.messages.push(message);
        this.#answer(socket, script(message) ?? usual(message));
      });
    });
  }

  /** `script` answers what it wants to; the rest gets what a server in good order says. */
  static async start(script: (message: TdsMessage) => TdsAnswer | undefined): Promise<TdsPeer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TdsPeer(server, script);
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Bytes that wait to be taken by clients. */
  get waiting(): number {
    return [...this.#sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(socket: Socket, answer: TdsAnswer): void {
    if (answer === 'nothing') return;
    if (answer === 'cut') {
      socket.destroy();
      return;
    }
    const [tokens, last] = Buffer.isBuffer(answer) ? [answer, true] : [answer.first, false];
    socket.write(packets(tokens, last));
    if (!last) socket.end();
  }
}

function readMessages(socket: Socket, take: (message: TdsMessage) => void): void {
  let received = Buffer.alloc(0);
  let payload = Buffer.alloc(0);
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    while (received.length >= HEADER && received.length >= received.readUInt16BE(2)) {
      const [type, status, length] = [received.readUInt8(0), received.readUInt8(1), received.readUInt16BE(2)];
      payload = Buffer.concat([payload, received.subarray(HEADER, length)]);
      received = received.subarray(length);
      if ((status & LAST_PACKET) === 0) continue;
      const whole = payload;
      payload = Buffer.alloc(0);
      take({ type, has: (text) => whole.includes(Buffer.from(text, 'utf16le')) });
    }
  });
}

function packets(tokens: Buffer, complete: boolean): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start === 0 || start < tokens.length; start += PACKET_DATA) {
    const data = tokens.subarray(start, start + PACKET_DATA);
    const last = complete && start + PACKET_DATA >= tokens.length;
    parts.push(Buffer.from([RESPONSE, last ? LAST_PACKET : 0, 0, 0, 0, 0, 1, 0]), data);
    parts.at(-2)?.writeUInt16BE(HEADER + data.length, 2);
  }
  return Buffer.concat(parts);
}

let transactions = 0;

function usual({ type }: TdsMessage): TdsAnswer {
  switch (type) {
    case TDS.prelogin:
      return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, NO_ENCRYPTION]);
    case TDS.login:
      return Buffer.concat([loginAck(), done()]);
    case TDS.attention:
      return done({ status: 0x20 });
    case TDS.transaction:
      return Buffer.concat([transactionChange(), done()]);
    default:
      return done();
  }
}

function loginAck(): Buffer {
  const body = Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), shortText('Peer'), Buffer.from([16, 0, 0, 0])]);
  return token(0xad, body);
}

/** Begins a transaction, or ends it: a client asks for one after the other. */
function transactionChange(): Buffer {
  transactions += 1;
  const id = Buffer.alloc(8);
  id.writeUInt32LE(transactions);
  const begins = Buffer.concat([Buffer.from([8, 8]), id, Buffer.from([0])]);
  return token(0xe3, begins);
}

export function done({ rows = 0, status = 0 }: { rows?: number; status?: number } = {}): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt8(0xfd);
  bytes.writeUInt16LE(status | 0x10, 1);
  bytes.writeBigUInt64LE(BigInt(rows), 5);
  return bytes;
}

export function failed(number: number, message: string, { state = 1, severity = 16 } = {}): Buffer {
  const head = Buffer.alloc(6);
  head.writeInt32LE(number);
  head.writeUInt8(state, 4);
  head.writeUInt8(severity, 5);
  const text = Buffer.from(message, 'utf16le');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(message.length);
  const body = Buffer.concat([head, length, text, shortText('peer'), shortText(''), Buffer.alloc(4)]);
  return Buffer.concat([token(0xaa, body), done({ status: 0x02 })]);
}

/** A result of one INT column. */
export function numbers(name: string, values: readonly number[]): Buffer {
  const column = Buffer.from([0, 0, 0, 0, 1, 0, 0x26, 4]);
  const rows = Buffer.alloc(values.length * 6);
  values.forEach((value, index) => {
    rows.writeUInt8(0xd1, index * 6);
    rows.writeUInt8(4, index * 6 + 1);
    rows.writeInt32LE(value, index * 6 + 2);
  });
  return Buffer.concat([Buffer.from([0x81, 1, 0]), column, shortText(name), rows]);
}

/** A result of one NVARCHAR column. */
export function texts(name: string, values: readonly string[]): Buffer {
  const column = Buffer.from([0, 0, 0, 0, 1, 0, 0xe7, 0x40, 0x1f, 0x09, 0x04, 0xd0, 0, 0x34]);
  const rows = values.map((value) => {
    const text = Buffer.from(value, 'utf16le');
    const head = Buffer.from([0xd1, 0, 0]);
    head.writeUInt16LE(text.length, 1);
    return Buffer.concat([head, text]);
  });
  return Buffer.concat([Buffer.from([0x81, 1, 0]), column, shortText(name), ...rows]);
}

/** A result of one DATETIME2 column with one row. */
export function time(name: string, value: Date): Buffer {
  const midnight = Math.floor(value.getTime() / 86_400_000) * 86_400_000;
  const bytes = Buffer.alloc(8);
  // Ticks of 100 ns since midnight, then days since 0001-01-01.
  bytes.writeUIntLE((value.getTime() - midnight) * 10_000, 0, 5);
  bytes.writeUIntLE(midnight / 86_400_000 + 719_162, 5, 3);
  const column = Buffer.from([0, 0, 0, 0, 1, 0, 0x2a, 7]);
  return Buffer.concat([
    Buffer.from([0x81, 1, 0]),
    column,
    shortText(name),
    Buffer.from([0xd1, bytes.length]),
    bytes,
    done({ rows: 1 }),
  ]);
}

/** A result of one DECIMAL(38,18) column with one row. */
export function wideDecimal(name: string, value: bigint): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn);
  bytes.writeBigUInt64LE(value >> 64n, 8);
  const column = Buffer.from([0, 0, 0, 0, 1, 0, 0x6a, 17, 38, 18]);
  return Buffer.concat([
    Buffer.from([0x81, 1, 0]),
    column,
    shortText(name),
    Buffer.from([0xd1, 17, 1]),
    bytes,
    done({ rows: 1 }),
  ]);
}

function token(kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(kind);
  head.writeUInt16LE(body.length, 1);
  return Buffer.concat([head, body]);
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')]);
}
