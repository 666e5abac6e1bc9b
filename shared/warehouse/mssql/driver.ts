import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Connection, Request } from 'mssql';

/** What the client and its driver do not describe of themselves; tests with a scripted server hold it in place. */
interface RequestParts {
  _currentRequest?: EventEmitter;
}
interface ConnectionParts {
  socket?: Socket;
}

/**
 * Takes the rows of a request from the driver beneath the client. The client would look up the type of every value
 * again and copy each row, which is a third of the time that a wide table takes to be read. To be called when the
 * request tells its columns: the client's own listener, which this one replaces, is in place by then.
 */
export function takeDriverRows(request: Request, onRow: (values: unknown[]) => void): void {
  const { _currentRequest: driverRequest } = request as unknown as RequestParts;
  if (driverRequest === undefined)
    throw new TypeError('This version of mssql runs requests in another way than the one we know.');
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
