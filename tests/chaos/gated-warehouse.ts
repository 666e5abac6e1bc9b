import type { Lock, Queryable, Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { intercept } from '../tasks/detect/intercept.js';
import type { Actor } from './actor.js';
import type { Conductor } from './conductor.js';

/** How often somebody who waits for a lock asks again. */
const ASK_EVERY_MS = 5_000;

/** The driver as it is, each of whose operations has its turn. Locks are waited for in the conductor's time. */
export function gatedWarehouse(inner: Warehouse, actor: Actor, conductor: Conductor): Warehouse {
  return intercept<Warehouse>(inner, {
    ...gated(inner, (name, work) => actor.operate(name, work)),
    stream: (statement, parameters) => gatedStream(inner.stream(statement, parameters), statement.name, actor),
    streamText: (statement, parameters) => gatedStream(inner.streamText(statement, parameters), statement.name, actor),
    transaction: (work, options) =>
      actor.transaction((within) =>
        inner.transaction(
          (transaction) => within(() => work(gated(transaction, (name, statement) => actor.within(name, statement)))),
          options,
        ),
      ),
    lock: (name, waitMs, signal) => takeLock({ inner, actor, conductor, signal }, name, waitMs),
    lockHolder: (name) => actor.operate('lock holder', () => inner.lockHolder(name)),
    columns: (table) => actor.operate('columns', () => inner.columns(table)),
    close: () => actor.operate('close', () => inner.close()),
    now: () => Promise.resolve(conductor.now()),
  });
}

type Operate = <T>(name: string, work: () => Promise<T>) => Promise<T>;

function gated(inner: Queryable, operate: Operate): Queryable {
  return {
    query: (statement, parameters) => operate(statement.name, () => inner.query(statement, parameters)),
    execute: (statement, parameters) => operate(statement.name, () => inner.execute(statement, parameters)),
    bulkLoad: (table, columns, rows) => operate(`load ${table}`, () => inner.bulkLoad(table, columns, rows)),
  };
}

async function* gatedStream<T>(rows: AsyncIterable<T>, name: string, actor: Actor): AsyncGenerator<T> {
  const iterator = rows[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await actor.operate(name, () => iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops reading gives the connection back.
    await iterator.return?.();
  }
}

async function takeLock(
  {
    inner,
    actor,
    conductor,
    signal,
  }: { inner: Warehouse; actor: Actor; conductor: Conductor; signal?: AbortSignal | undefined },
  name: string,
  waitMs: number,
): Promise<Lock | undefined> {
  const end = conductor.now().getTime() + waitMs;
  // As short as can be, and yet on a connection of its own, as every lock that is waited for.
  const wait = Math.min(waitMs, 1);
  for (;;) {
    const lock = await actor.operate(`lock ${name}`, () => inner.lock(name, wait));
    if (lock) return { name, lost: lock.lost, release: () => actor.operate(`release ${name}`, () => lock.release()) };
    if (conductor.now().getTime() >= end) return undefined;
    await actor.wait(ASK_EVERY_MS, signal);
  }
}
