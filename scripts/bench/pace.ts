// Measures push's pace at each plan's limits, on a clock that jumps, beside one call at a time with a pause of 0.1 s.
// node scripts/run.js scripts/bench/pace.ts [--lines N] [--sizes N] [--mutation-ms N]

import { parseArgs } from 'node:util';
import type { MutationField } from '../../shared/monday/operations.js';
import { Conductor, ZeroTimers } from '../../tests/chaos/conductor.js';
import { BoardWithoutServer, item, PLANS, subitem } from '../../tests/shared/monday/board-without-server.js';
import { leave } from './results.js';

const MINUTE = 60_000;
const PAUSE_MS = 100;
const STEADY_MINUTES = 10;

const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000' },
    sizes: { type: 'string', default: '3' },
    'mutation-ms': { type: 'string', default: '500' },
  },
});
const [lines, sizes, mutationMs] = [Number(flags.lines), Number(flags.sizes), Number(flags['mutation-ms'])];

interface Measured {
  minutes: number;
  requests: number;
  refused: number;
  /** Share of the account's points that were used in the first ten minutes. */
  used: number;
}

type Send = (board: BoardWithoutServer, clock: Conductor, fields: MutationField[]) => Promise<void>;

const paced: Send = (board, _clock, fields) => {
  const operation = fields[0]?.operation === 'createSubitem' ? 'createSubitem' : 'createItem';
  const queue = fields[Symbol.iterator]();
  return board.sendAll(operation, () => queue.next().value);
};

/** Waits as it is told where it is refused. */
const oneAtATime: Send = async (board, clock, fields) => {
  for (const field of fields) {
    for (;;) {
      const answer = await board.post([field]);
      const waitMs = answer.kind === 'answered' ? 0 : (answer.failure.waitMs ?? MINUTE);
      await clock.wait(PAUSE_MS + waitMs);
      if (answer.kind === 'answered') break;
    }
  }
};

async function measure(limits: (typeof PLANS)[keyof typeof PLANS], send: Send): Promise<Measured> {
  const timers = new ZeroTimers();
  const clock = new Conductor(() => 0, timers);
  timers.watch();
  try {
    const board = new BoardWithoutServer(clock, { ...limits, mutationMs });
    const startedAt = clock.now().getTime();
    await clock.drive(
      send(
        board,
        clock,
        Array.from({ length: lines }, (_, n) => item(n)),
      ),
    );
    const parents = [...board.ids.values()].flatMap((id) => Array.from({ length: sizes }, () => id));
    await clock.drive(send(board, clock, parents.map(subitem)));
    if (board.ids.size !== lines * (1 + sizes)) throw new Error('Not everything was made.');
    const minutes = (clock.now().getTime() - startedAt) / MINUTE;
    const inTime = board.answers.filter((answer) => answer.startedAt.getTime() < startedAt + STEADY_MINUTES * MINUTE);
    const points = inTime.reduce((sum, { complexity }) => sum + (complexity?.query ?? 0), 0);
    const refused = board.answers.filter(({ kind }) => kind !== 'answered').length;
    const used = points / (limits.complexityPerMinute * Math.min(STEADY_MINUTES, minutes));
    return { minutes, requests: board.answers.length, refused, used };
  } finally {
    timers.restore();
  }
}

process.stdout.write(`${lines} lines with ${sizes} sizes each, ${mutationMs} ms a mutation, on a clock that jumps\n`);
for (const [plan, limits] of Object.entries(PLANS)) {
  const push = await measure(limits, paced);
  const plain = await measure(limits, oneAtATime);
  leave({
    what: `push, ${lines} new lines of ${sizes} sizes, ${plan}`,
    ours: `${push.minutes.toFixed(1)} min, ${push.requests} requests`,
    reference: 'one call at a time',
    theirs: `${plain.minutes.toFixed(1)} min, ${plain.requests} requests`,
    ratio: push.minutes / plain.minutes,
    goal: 'at least 95 % of the budget',
  });
  const figures = ({ minutes, requests, refused, used }: Measured): string =>
    `${minutes.toFixed(1).padStart(6)} min  ${String(requests).padStart(5)} requests  ${(used * 100).toFixed(1).padStart(5)} % of the budget  ${String(refused).padStart(4)} refused`;
  process.stdout.write(
    [
      `${plan}, ${limits.complexityPerMinute / 1_000_000} million points a minute`,
      `  push             ${figures(push)}`,
      `  one at a time    ${figures(plain)}`,
      `  quicker          ${(plain.minutes / push.minutes).toFixed(1)} times, with ${(plain.requests / push.requests).toFixed(1)} times fewer requests`,
      '',
    ].join('\n'),
  );
}
