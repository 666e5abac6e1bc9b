import { isLanded } from '../../shared/ledger/decide.js';
import type { Wanted } from '../../shared/ledger/entry.js';
import type { StagedChange } from '../../shared/store/lines-of-changes.js';
import { judge } from '../../tasks/stage/judge.js';
import type { Rules } from './rules.js';
import { hashOf, nowOf, SETTLE_MS, type Staged, type World } from './world.js';

/** detect and batch: compares source and snapshot, supersedes what is open, makes the next batch. */
export function detect(world: World): void {
  const { source, snapshot } = world;
  world.batch = null;
  world.container = null;
  if (!source) {
    if (!snapshot || snapshot.dead) return;
    snapshot.looks += 1;
    // Rule 6: one look is not enough.
    if (snapshot.looks >= 2) makeBatch(world, 'DELETED', snapshot.uuid, null);
    return;
  }
  if (snapshot) snapshot.looks = 0;
  const live = snapshot !== null && !snapshot.dead;
  const same = live && snapshot.hash === hashOf(source);
  const rekeyed = live && snapshot.uuid !== source.uuid;
  if (same && !rekeyed) return;
  makeBatch(world, same ? 'REKEYED' : live ? 'CHANGED' : 'NEW', source.uuid, rekeyed ? String(snapshot.uuid) : null);
}

function makeBatch(world: World, change: StagedChange['change'], uuid: number, oldUuid: string | null): void {
  const { source, snapshot } = world;
  world.batch = {
    foundUuid: uuid,
    staged: null,
    change: {
      lineKey: '1',
      recordUuid: String(uuid),
      oldUuid,
      change,
      reason: 'CONTENT',
      foundHash: source ? hashOf(source) : '',
      acknowledgedHash: snapshot && !snapshot.dead ? snapshot.hash : null,
      acknowledgedMapping: 'm',
      taken: false,
      explained: true,
    },
  };
}

/** stage: reads the line afresh and asks the code's own `judge` whether the change still holds. */
export function stage(world: World, rules: Rules): void {
  const { batch, source } = world;
  if (!batch || batch.staged) return;
  const found = source?.uuid === batch.foundUuid ? source : undefined;
  const judgement = judge(batch.change, found && { customer: 'C', inScope: true, hash: hashOf(found) }, {
    customer: 'C',
    mappingVersion: 'm',
    returned: source !== null && !found,
  });
  if ('obsolete' in judgement) {
    world.batch = null;
    return;
  }
  const line = found ?? { uuid: batch.foundUuid, text: '', quantity: 0 };
  batch.staged = {
    change: judgement.change,
    uuid: line.uuid,
    text: line.text,
    quantity: line.quantity,
    hash: rules.has(13) ? hashOf(line) : batch.change.foundHash,
  };
}

export function wantedOf(staged: Staged): { item: Wanted; size: Wanted } {
  if (staged.change === 'DELETED') return { item: { kind: 'gone' }, size: { kind: 'kept' } };
  if (staged.change === 'REKEYED') return { item: { kind: 'kept' }, size: { kind: 'kept' } };
  return {
    item: { kind: 'present', values: { text: staged.text }, create: true },
    size: { kind: 'present', values: { quantity: String(staged.quantity) }, create: staged.quantity > 0 },
  };
}

/** promote: acknowledges the staged state when all of it has landed, and closes the batch then. */
export function promote(world: World, rules: Rules): boolean {
  const staged = world.batch?.staged;
  if (!staged) return false;
  const wanted = wantedOf(staged);
  const times = { now: nowOf(world), settleMs: rules.has(18) ? SETTLE_MS : 0 };
  const landed = isLanded(world.ledger.item, wanted.item, times) && isLanded(world.ledger.size, wanted.size, times);
  if (!landed && rules.has(25)) return false;
  if (staged.change === 'DELETED') {
    if (world.snapshot) world.snapshot.dead = true;
  } else {
    world.snapshot = {
      uuid: staged.uuid,
      text: staged.text,
      quantity: staged.quantity,
      hash: staged.hash,
      looks: 0,
      dead: false,
    };
  }
  world.batch = null;
  world.container = null;
  return true;
}
