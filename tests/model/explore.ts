import { isSend } from '../../shared/ledger/decide.js';
import { activeItems, takeEffect } from './board.js';
import { beginSend, kill, lookUp, nextAction, pushCleanly, type Reply, reply, startPush } from './push.js';
import type { Rules } from './rules.js';
import { detect, promote, stage } from './tasks.js';
import { type Budget, firstWorld, nowOf, SETTLE_MS, type World } from './world.js';

interface Step {
  name: string;
  apply(world: World): void;
}

export interface Violation {
  fault: 'duplicate' | 'orphan' | 'stale' | 'lost' | 'frozen';
  /** The shortest way there. */
  path: string[];
}

export interface Exploration {
  states: number;
  violation: Violation | undefined;
}

/**
 * Visits every state within the budget, shortest paths first. From each, two clean runs must bring the board to what the
 * source says, and a third must find nothing to do.
 */
export function explore(rules: Rules, bounds: Omit<Budget, 'touched'>): Exploration {
  const first = JSON.stringify(firstWorld(bounds));
  const seen = new Map<string, { from: string | null; step: string }>([[first, { from: null, step: '' }]]);
  const queue = [first];
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? '';
    const fault = faultAfterCleanRuns(restore(state), rules);
    if (fault) return { states: seen.size, violation: { fault, path: pathTo(seen, state) } };
    for (const step of stepsOf(restore(state), rules)) {
      const world = restore(state);
      step.apply(world);
      const next = JSON.stringify(forgetCounters(world));
      if (seen.has(next)) continue;
      seen.set(next, { from: state, step: step.name });
      queue.push(next);
    }
  }
  return { states: seen.size, violation: undefined };
}

function restore(state: string): World {
  return JSON.parse(state, (key, value: unknown) =>
    DATES.has(key) && typeof value === 'string' ? new Date(value) : value,
  ) as World;
}

const DATES = new Set(['firstSentAt', 'sentAt', 'unreadAt', 'archivedAt', 'since', 'until']);

/** What no decision looks at would only multiply the states: counters, and how long ago a settled send was. */
function forgetCounters(world: World): World {
  for (const unit of ['item', 'size'] as const) {
    const entry = world.ledger[unit];
    const open = entry.unreadAt !== null && entry.unreadAt.getTime() === nowOf(world).getTime();
    const unreadAt = entry.unreadAt === null ? null : new Date(open ? 0 : -10 * SETTLE_MS);
    const sentAt = entry.attempt === null ? null : new Date(0);
    const still = { tries: 0, generation: 0, suspicion: null, archivedAt: null, firstSentAt: null };
    world.ledger[unit] = { ...entry, ...still, sentAt, unreadAt };
  }
  world.board = world.board.filter(({ active }) => active);
  world.epoch = 0;
  return world;
}

function pathTo(seen: ReadonlyMap<string, { from: string | null; step: string }>, state: string): string[] {
  const path: string[] = [];
  for (let at: string | null = state; at !== null; ) {
    const entry = seen.get(at);
    if (entry?.step) path.unshift(entry.step);
    at = entry?.from ?? null;
  }
  return path;
}

/** Everything that can happen next. */
function stepsOf(world: World, rules: Rules): Step[] {
  return [...sourceSteps(world), ...taskSteps(world, rules), ...networkSteps(world)];
}

function sourceSteps({ source, budget, board }: World): Step[] {
  const edit = (name: string, change: (world: World) => void): Step => ({
    name,
    apply: (world) => {
      world.budget.edits -= 1;
      change(world);
    },
  });
  const steps: Step[] = [];
  if (budget.edits > 0 && source) {
    steps.push(
      edit('text changes', (world) => {
        if (world.source) world.source.text = world.source.text === 'a' ? 'b' : 'a';
      }),
      edit('quantity changes', (world) => {
        if (world.source) world.source.quantity = world.source.quantity === 5 ? 0 : 5;
      }),
      edit('uuid is renewed', (world) => {
        if (world.source) world.source.uuid = 3 - world.source.uuid;
      }),
      edit('line is deleted', (world) => {
        world.source = null;
      }),
    );
  }
  if (budget.edits > 0 && !source)
    steps.push(
      edit('line returns', (world) => {
        world.source = { uuid: 1, text: 'a', quantity: 5 };
      }),
    );
  if (budget.hands > 0 && board.some(({ active }) => active)) {
    steps.push({
      name: 'item is archived by hand',
      apply: (world) => {
        world.budget.hands -= 1;
        world.budget.touched = true;
        for (const item of world.board) item.active = false;
      },
    });
  }
  return steps;
}

function taskSteps(world: World, rules: Rules): Step[] {
  const steps: Step[] = [];
  if (world.budget.detects > 0) {
    steps.push({
      name: 'detect',
      apply: (next) => {
        next.budget.detects -= 1;
        kill(next);
        detect(next);
      },
    });
  }
  if (world.batch && !world.batch.staged) steps.push({ name: 'stage', apply: (next) => stage(next, rules) });
  if (!world.batch?.staged) return steps;
  steps.push({
    name: 'promote',
    apply: (next) => {
      promote(next, rules);
    },
  });
  if (!world.container) return [...steps, { name: 'push starts', apply: (next) => startPush(next, rules) }];
  return [...steps, ...pushSteps(world, rules)];
}

function pushSteps(world: World, rules: Rules): Step[] {
  const faulty = (name: string, apply: (next: World) => void): Step => ({
    name,
    apply: (next) => {
      next.budget.faults -= 1;
      apply(next);
    },
  });
  const steps: Step[] = [];
  if (world.budget.faults > 0) steps.push(faulty('push is killed', kill));
  if (world.container?.flying) {
    steps.push({ name: 'answered', apply: (next) => reply(next, 'answered') });
    const bad: Reply[] = ['answer lost', 'late', 'refused'];
    if (world.budget.faults > 0) steps.push(...bad.map((how) => faulty(how, (next) => reply(next, how))));
    return steps;
  }
  const next = nextAction(world, rules);
  if (!next) return steps;
  const { unit, action } = next;
  if (action.kind === 'look-up') steps.push({ name: `look up ${unit}`, apply: (after) => lookUp(after, unit) });
  if (isSend(action))
    steps.push({ name: `${action.kind} ${unit}`, apply: (after) => beginSend(after, rules, unit, action) });
  return steps;
}

function networkSteps({ network, container }: World): Step[] {
  const steps = network.map(
    (_, index): Step => ({
      name: 'a late request lands',
      apply: (world) => {
        const [message] = world.network.splice(index, 1);
        if (message) takeEffect(world, message);
      },
    }),
  );
  // When time passes, what is still on its way is lost. A send that is waited for ends within that time, one way or another.
  return network.length > 0 && !container?.flying ? [...steps, { name: 'time passes', apply: passTime }] : steps;
}

function passTime(world: World): void {
  world.network = [];
  world.epoch += 1;
}

/** Two clean runs (two looks, for a delete), then the board must be right and the next run idle. */
function faultAfterCleanRuns(world: World, rules: Rules): Violation['fault'] | undefined {
  kill(world);
  // What a planner archived stays away until the line changes again.
  if (world.budget.touched && world.source) world.source.text = 'c';
  // Late requests land as late as they can without time passing: after the next run's first decisions, unless it waits.
  for (let run = 0; run < 3; run += 1) cleanRun(world, rules);
  const wrong = boardFault(world);
  if (wrong) return wrong;
  detect(world);
  return world.batch ? 'frozen' : undefined;
}

function cleanRun(world: World, rules: Rules): void {
  detect(world);
  stage(world, rules);
  if (!world.batch?.staged) {
    settle(world);
    return;
  }
  pushCleanly(world, rules, () => settle(world));
  settle(world);
  promote(world, rules);
}

/** Whatever is under way lands now, and time passes. */
function settle(world: World): void {
  for (const message of world.network) takeEffect(world, message);
  passTime(world);
}

function boardFault({ source, ...world }: World): Violation['fault'] | undefined {
  const items = activeItems({ source, ...world });
  if (!source) return items.length > 0 ? 'orphan' : undefined;
  const [item] = items;
  if (items.length > 1 || (item?.sizes.length ?? 0) > 1) return 'duplicate';
  if (!item || (source.quantity > 0 && item.sizes.length === 0)) return 'lost';
  const quantity = item.sizes[0]?.quantity ?? '0';
  return item.text !== source.text || quantity !== String(source.quantity) ? 'stale' : undefined;
}
