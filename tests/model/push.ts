import { type Action, decide, isSend, type Send } from '../../shared/ledger/decide.js';
import type { Entry, Wanted } from '../../shared/ledger/entry.js';
import { begin, resolve, sight, takeOver, underParent } from '../../shared/ledger/transitions.js';
import { activeItems, takeEffect } from './board.js';
import type { Rules } from './rules.js';
import { wantedOf } from './tasks.js';
import { nowOf, SETTLE_MS, type World } from './world.js';

type UnitName = 'item' | 'size';

/** A container starts: sends that another one began and did not see through are unread from now on. */
export function startPush(world: World, rules: Rules): void {
  const take = (entry: Entry) => (rules.has(14) ? takeOver(entry, nowOf(world)) : forget(entry));
  world.ledger = { item: take(world.ledger.item), size: take(world.ledger.size) };
  world.container = { looked: { item: false, size: false }, flying: null, created: false };
}

/** Without rule 14: what was under way is taken for never sent. */
const forget = (entry: Entry): Entry => (entry.attempt === null ? entry : resolve(entry, { kind: 'refused' }));

/** The process is killed: whatever it had sent may still land. */
export function kill(world: World): void {
  if (world.container?.flying) world.network.push(world.container.flying);
  world.container = null;
}

/** What push does next about the line, parents first; undefined when nothing is left. */
export function nextAction(world: World, rules: Rules): { unit: UnitName; action: Action } | undefined {
  const staged = world.batch?.staged;
  const container = world.container;
  if (!staged || !container || container.flying) return undefined;
  const wanted = wantedOf(staged);
  for (const unit of ['item', 'size'] as const) {
    if (unit === 'size' && world.ledger.item.id === null) return undefined;
    const action = actionOf(world, rules, unit, wanted[unit]);
    if (action.kind !== 'none') return { unit, action };
  }
  return undefined;
}

function actionOf(world: World, rules: Rules, unit: UnitName, wanted: Wanted): Action {
  const container = world.container;
  const entry = entryOf(world, unit);
  if (
    !rules.has(15) &&
    unit === 'item' &&
    world.batch?.staged?.change === 'NEW' &&
    container &&
    !container.created &&
    wanted.kind === 'present'
  ) {
    return { kind: 'create', values: wanted.values };
  }
  const seen = rules.has(17) ? entry : { ...entry, since: [] };
  const settleMs = rules.has(18) ? SETTLE_MS : 0;
  return decide(seen, wanted, { now: nowOf(world), settleMs, looked: container?.looked[unit] ?? false });
}

function entryOf(world: World, unit: UnitName): Entry {
  return unit === 'item' ? world.ledger.item : underParent(world.ledger.size, world.ledger.item.id);
}

/** Asks the board by key, as rule 15 says. */
export function lookUp(world: World, unit: UnitName): void {
  const settleMs = SETTLE_MS;
  const now = nowOf(world);
  const ids =
    unit === 'item'
      ? activeItems(world).map(({ id }) => id)
      : (world.board.find(({ id }) => id === world.ledger.item.id)?.sizes ?? []).map(({ id }) => id);
  const entry = entryOf(world, unit);
  const id = ids.find((each) => each === entry.id) ?? ids[0];
  const parentId = unit === 'size' ? world.ledger.item.id : null;
  world.ledger[unit] = sight(
    entry,
    id === undefined ? { kind: 'missing', now, settleMs } : { kind: 'found', id, parentId, group: null, settleMs },
  );
  if (world.container) world.container.looked[unit] = true;
}

/** Ledger first, and the snapshot no longer acknowledged, in one transaction; then the request leaves. */
export function beginSend(world: World, rules: Rules, unit: UnitName, send: Send): void {
  const entry = entryOf(world, unit);
  const target = send.kind !== 'create' ? entry.id : unit === 'size' ? world.ledger.item.id : null;
  const parentId = unit === 'size' ? world.ledger.item.id : null;
  world.ledger[unit] = begin(entry, send, { attempt: 'sent', requestId: 'r', alias: 'a', parentId, now: nowOf(world) });
  if (rules.has(16)) withdraw(world);
  if (!world.container) return;
  world.container.flying = { unit, operation: send.kind, values: send.values, target };
  if (unit === 'item' && send.kind === 'create') world.container.created = true;
}

/** Rule 16: a later run sees the line as changed, whatever became of this send. */
function withdraw(world: World): void {
  const staged = world.batch?.staged;
  if (!staged) return;
  world.snapshot ??= {
    uuid: staged.uuid,
    text: staged.text,
    quantity: staged.quantity,
    hash: null,
    looks: 0,
    dead: false,
  };
  world.snapshot.hash = null;
  if (staged.change !== 'DELETED') world.snapshot.dead = false;
}

export type Reply = 'answered' | 'answer lost' | 'late' | 'refused';

/** What becomes of the send in flight. A late one may take effect until time passes. */
export function reply(world: World, how: Reply): void {
  const message = world.container?.flying;
  if (!world.container || !message) return;
  world.container.flying = null;
  const unit = message.unit;
  const entry = world.ledger[unit];
  const id = how === 'answered' || how === 'answer lost' ? takeEffect(world, message) : null;
  if (how === 'late') world.network.push(message);
  if (how === 'answered' && id !== null)
    world.ledger[unit] = resolve(entry, { kind: 'done', id, now: nowOf(world), settleMs: SETTLE_MS });
  else if (how === 'answered') refuse(world, unit, entry);
  else world.ledger[unit] = resolve(entry, { kind: how === 'refused' ? 'refused' : 'unknown' });
  if (how !== 'answered') world.container.looked[unit] = false;
}

/** The board says that what a mutation names is not there: it and its item are looked up again. */
function refuse(world: World, unit: UnitName, entry: Entry): void {
  world.ledger[unit] = resolve(entry, { kind: 'failed' });
  if (world.container) world.container.looked = { item: false, size: false };
}

/** Runs push to its end with every request answered; waits as long as it has to. */
export function pushCleanly(world: World, rules: Rules, passTime: () => void): void {
  startPush(world, rules);
  for (let step = 0; step < 40; step += 1) {
    const next = nextAction(world, rules);
    if (!next) return;
    if (next.action.kind === 'wait') passTime();
    else if (next.action.kind === 'look-up') lookUp(world, next.unit);
    else if (isSend(next.action)) {
      beginSend(world, rules, next.unit, next.action);
      reply(world, 'answered');
    }
  }
  throw new Error('push does not come to an end');
}
