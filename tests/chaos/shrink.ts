import type { Schedule, Step } from './schedule.js';

/** Makes a failing schedule smaller for as long as it still fails. `fails` plays one. */
export async function shrink(
  schedule: Schedule,
  fails: (smaller: Schedule) => Promise<boolean>,
  most: { plays: number; ms: number },
): Promise<Schedule> {
  const end = performance.now() + most.ms;
  let smallest = schedule;
  let plays = 0;
  for (let progress = true; progress; ) {
    progress = false;
    for (const smaller of smallerThan(smallest)) {
      if (plays >= most.plays || performance.now() > end) return smallest;
      plays += 1;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** A schedule with something left out, the largest pieces first. */
function* smallerThan(schedule: Schedule): Generator<Schedule> {
  const { steps, lines, limits } = schedule;
  if (lines.length > 1) yield { ...schedule, lines: lines.slice(0, -1) };
  for (const [place, count] of lines.entries())
    if (count > 1) yield { ...schedule, lines: lines.with(place, Math.floor(count / 2)) };
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = steps.length - size; start >= 0; start -= size)
      yield { ...schedule, steps: steps.filter((_, place) => place < start || place >= start + size) };
  }
  for (const [place, step] of steps.entries())
    for (const smaller of simpler(step)) yield { ...schedule, steps: steps.with(place, smaller) };
  for (const name of Object.keys(limits)) yield { ...schedule, limits: without(limits, name) };
}

function* simpler(step: Step): Generator<Step> {
  if (step.do !== 'next' && step.do !== 'pair' && step.do !== 'abreast') return;
  const { disturbances, faults } = step;
  if (step.do === 'pair') yield { do: 'next', disturbances, faults };
  for (const fault of Object.keys(faults)) yield { ...step, faults: without(faults, fault) };
  for (const each of disturbances) yield { ...step, disturbances: disturbances.filter((other) => other !== each) };
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}
