import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LendingSocket } from '../../../../shared/warehouse/postgres/lending-socket.js';

let server: Server;
let sender: Socket;
let socket: LendingSocket;

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  socket = new LendingSocket();
  const accepted = once(server, 'connection');
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  sender = (await accepted)[0];
});

afterEach(async () => {
  socket.destroy();
  sender.destroy();
  server.close();
  await once(server, 'close');
});

/** Takes bytes until so many have come. */
function receive(bytes: number): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const take = (piece: Buffer): void => {
      pieces.push(piece);
      if (pieces.reduce((sum, { length }) => sum + length, 0) < bytes) return;
      socket.off('data', take);
      resolve(pieces);
    };
    socket.on('data', take);
  });
}

describe('LendingSocket', () => {
  it('gives each listener bytes of its own unless it lends', async () => {
    const [first] = await Promise.all([receive(4), sender.write('one,')]);
    await Promise.all([receive(4), sender.write('two,')]);
    expect(String(first[0])).toBe('one,');
  });

  it('lends the same bytes again and again, and then no more', async () => {
    socket.lends = true;
    const [first] = await Promise.all([receive(4), sender.write('one,')]);
    await Promise.all([receive(4), sender.write('two,')]);
    expect(String(first[0])).toBe('two,');
    socket.lends = false;
    const [third] = await Promise.all([receive(4), sender.write('six,')]);
    await Promise.all([receive(4), sender.write('ten,')]);
    expect(String(third[0])).toBe('six,');
  });

  it('gives what is longer than its buffer whole, and stands still while it is paused', async () => {
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => n % 251));
    let paused = false;
    socket.on('data', () => {
      expect(paused).toBe(false);
      paused = true;
      socket.pause();
      setImmediate(() => {
        paused = false;
        socket.resume();
      });
    });
    const [pieces] = await Promise.all([receive(sent.length), sender.write(sent)]);
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    expect(pieces.length).toBeGreaterThan(10);
  });
});
