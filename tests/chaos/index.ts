// Random schedules of faults, kills and edits: npm run chaos -- --help.

import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../shared/ground/errors.js';
import { EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { writeLine } from '../../shared/runtime/outputs.js';
import setup from '../helpers/global-setup.js';
import teardown from '../helpers/global-teardown.js';
import { ChaosDatabase } from './database.js';
import { scheduleOf } from './generate.js';
import { type ChaosOptions, parseOptions } from './options.js';
import { type Played, play } from './play.js';
import { Results } from './results.js';
import { CHAOS_RULES, withoutRule } from './rules-off.js';
import { type Schedule, scheduleSchema } from './schedule.js';
import { shrink } from './shrink.js';

const SHRINKING = { plays: 70, ms: 240_000 };

const options = await readOptions();
const say = (line: string): void => writeLine(`${line}\n`);
const without = CHAOS_RULES.find((rule) => String(rule) === options.without);
const seam = without === undefined ? undefined : withoutRule(without);

await setup();
const database = await ChaosDatabase.open();
const results = new Results();
try {
  for (const schedule of schedules()) {
    const startedAt = performance.now();
    const played = await play(database, schedule, seam);
    results.add(schedule, played, performance.now() - startedAt);
    if (options.trace) tell(played);
    if (played.violation === undefined) continue;
    await report(schedule, played);
    if (options.without !== undefined) break;
  }
} finally {
  await database.close();
  await teardown();
}
say(results.summary());
if (options.outputFile !== undefined) writeFileSync(options.outputFile, results.asJest());
process.exit(results.failed > 0 && options.without === undefined ? 1 : 0);

async function readOptions(): Promise<ChaosOptions> {
  try {
    return (await parseOptions(process.argv.slice(2))) ?? process.exit(0);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(EXIT_FIX);
  }
}

function* schedules(): Generator<Schedule> {
  if (options.replay !== undefined) {
    yield scheduleSchema.parse(JSON.parse(readFileSync(options.replay, 'utf8')));
    return;
  }
  for (let seed = options.seed; seed < options.seed + options.schedules; seed += 1) {
    const schedule = scheduleOf(seed);
    if (options.only === undefined || options.only === schedule.mode) yield schedule;
  }
}

function tell({ trace }: Played): void {
  for (const event of trace) say(`  ${event}`);
}

/** Prints a failing seed, and writes its smallest schedule to a file from which it can be played again. */
async function report(schedule: Schedule, { violation }: Played): Promise<void> {
  say(`seed ${schedule.seed} (${schedule.mode}): ${violation?.kind}: ${violation?.what}`);
  // With a rule taken out any violation will do; without, another one would be another fault.
  const fails = async (smaller: Schedule): Promise<boolean> => {
    const { violation: other } = await play(database, smaller, seam);
    return other !== undefined && (options.without !== undefined || other.kind === violation?.kind);
  };
  const smallest = options.shrink ? await shrink(schedule, fails, SHRINKING) : schedule;
  const file = `chaos-${schedule.seed}.json`;
  writeFileSync(file, `${JSON.stringify(smallest, null, 2)}\n`);
  const played = await play(database, smallest, seam);
  say(`smallest schedule, ${smallest.steps.length} of ${schedule.steps.length} steps, in ${file}:`);
  say(JSON.stringify(smallest));
  say(`it ends in ${played.violation?.kind ?? 'nothing wrong this time'}: ${played.violation?.what ?? ''}`);
  tell(played);
  const rule = options.without === undefined ? '' : ` --without ${options.without}`;
  say(`again: npm run chaos -- --schedules 1 --seed ${schedule.seed}${rule}, or --replay ${file}${rule}`);
}
