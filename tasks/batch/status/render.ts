import { formatDuration, timeText } from '../../../shared/ground/clock.js';
import { shortId } from '../../../shared/ground/ids.js';
import { plural, printable } from '../../../shared/ground/text.js';
import { unmappedText } from '../../../shared/mapper/unmapped.js';
import { carryCall, restoreCall, retryCall, syncCall, taskCall } from '../../../shared/runtime/called.js';
import { painted, type Terminal, wrapped } from '../../../shared/runtime/terminal.js';
import { brakedWords, unsoundText } from '../../../shared/store/refused.js';
import { callsText, dayText } from '../facts/calls.js';
import { NEXT_STEPS } from '../facts/figures.js';
import { sentence } from '../watch/hook.js';
import type { OpenBatch, Status, ToldBraked } from './read.js';

/** The most of each kind that are listed; the rest is a count. */
const MOST = 10;
const WIDTH = 10;
const CLEAN = 'Nothing needs attention.';

interface StatusEntry {
  text: string;
  /** A command that can be run as printed. */
  next?: string;
}

/** The screen: a heading on the left, the findings, and below them the next command. */
export function renderStatus(status: Status, now: Date): string[] {
  const parts: [string, readonly StatusEntry[]][] = [
    ['Last run', [lastRun(status, now)]],
    ['Board', [freshness(status, now)]],
    ['Source', [source(status), ...unsound(status)]],
    ['Open', [...unbatched(status), ...status.open.map((batch) => openBatch(batch, now))]],
    ['Busy', status.busy.map(busy)],
    ['Held', held(status)],
    ['Warned', warned(status)],
    ['Braked', status.braked.map(braked)],
    ['Unmapped', status.unmapped.map((each) => ({ text: unmappedText(each), next: taskCall('doctor', []) }))],
    ['Watch', status.findings.map((finding) => ({ text: sentence(finding), next: taskCall('batch', ['report']) }))],
    ['Calls', [calls(status)]],
    ['Alert', [lastAlert(status, now)]],
  ];
  return [...parts.flatMap(([heading, entries]) => part(heading, entries)), verdict(status)];
}

function part(heading: string, entries: readonly StatusEntry[]): string[] {
  const shown = entries.slice(0, MOST);
  const rest = entries.length - shown.length;
  const lines = shown.flatMap(({ text, next }, place) => {
    // One command for several of a kind is printed once, below the last.
    const isRepeated = shown[place + 1]?.next === next;
    return next === undefined || isRepeated ? [text] : [text, `  ${next}`];
  });
  const all = [...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])];
  return (all.length === 0 ? ['none'] : all).map(
    (line, place) => `${(place === 0 ? heading : '').padEnd(WIDTH)}${line}`,
  );
}

function lastRun({ last, unbatched: left }: Status, now: Date): StatusEntry {
  if (last === undefined) return { text: 'none yet', next: carryCall([]) };
  const { run, endedAt, batches } = last;
  const whose = run.filter === null ? 'all customers' : run.filter.join(', ');
  const head = `${run.runId}, ${whose}, began ${timeText(run.startedAt)}`;
  if (run.state === 'OPEN')
    return {
      text: `${head}: ${run.lastError === null ? 'detect still works, or was stopped' : `detect has not finished it. ${run.lastError}`}`,
      next: carryCall([]),
    };
  const customers = `${plural(batches.length + left.length, 'customer')} had changes`;
  const end = endedAt === null || left.length > 0 ? 'not ended' : `ended ${ago(endedAt, now)}`;
  return { text: `${head}, ${end}; ${customers}` };
}

function freshness({ whole, last }: Status, now: Date): StatusEntry {
  if (whole !== undefined)
    return { text: `everything was on it ${ago(whole.endedAt, now)} (run ${shortId(whole.runId)})` };
  if (last === undefined) return { text: 'nothing was sent yet' };
  return { text: 'none of the last runs of all customers ended with nothing left to do' };
}

function source({ source: why }: Status): StatusEntry {
  if (why === undefined) return { text: 'it has the columns that the mapping needs' };
  return { text: `detect refuses it. ${why} Then:`, next: carryCall([]) };
}

function unsound({ last, unsound: rows }: Status): StatusEntry[] {
  if (rows === 0 || last === undefined) return [];
  const text = `${unsoundText(rows)}, and lines that they may be stay as they are on the board. Correct them in the source; which:`;
  return [{ text, next: taskCall('batch', ['report', '--run-id', last.run.runId, '--csv', '--output', '-']) }];
}

function unbatched({ unbatched: customers, last }: Status): StatusEntry[] {
  if (customers.length === 0 || last === undefined) return [];
  const text = `no batch was made yet of the changes of ${plural(customers.length, 'customer')}: ${customers.join(', ')}`;
  return [{ text, next: taskCall('batch', ['--run-id', last.run.runId]) }];
}

function openBatch(
  { batchId, customer, status, startedAt, lastError, isOtherMapping, archiveId }: OpenBatch,
  now: Date,
): StatusEntry {
  const error = lastError === null ? '' : `: ${lastError}`;
  const text = `${customer}, batch ${batchId} is ${status}, made ${ago(startedAt, now)}${error}`;
  // Going on with it would be refused again: its lines are taken up anew.
  if (isOtherMapping) {
    // Detect leaves out a customer that is being restored.
    const anew = archiveId === null ? carryCall(['--customer', customer]) : restoreCall(archiveId);
    return { text: `${text} To take its lines up by the present mapping:`, next: anew };
  }
  const step = taskCall(NEXT_STEPS[status] ?? 'stage', ['--batch-id', batchId]);
  return {
    text,
    next: syncCall(['--customer', customer, '--resume']) ?? step,
  };
}

function busy({ customer, holder }: Status['busy'][number]): StatusEntry {
  const flags = ['--customer', customer];
  return {
    text: `${customer}: something else worked on it, ${holder}. If that still does and hangs, end its process or its connection. Then:`,
    next: carryCall(flags),
  };
}

function held({ held: lines, restored }: Status): StatusEntry[] {
  const customers = new Map<string, Set<string>>();
  for (const { customer, lineKey } of lines)
    customers.set(customer, (customers.get(customer) ?? new Set()).add(lineKey));
  return [...customers].map(([customer, keys]) => {
    const archiveId = restored.find((each) => each.customer === customer)?.archiveId;
    return {
      text: `${customer}: ${plural(keys.size, 'line was', 'lines were')} refused and not tried since; the reasons: ${taskCall('batch', ['list', '--held', '--customer', customer])}`,
      // Detect leaves out a restored customer, and to release it would undo the restore.
      next: archiveId === undefined ? retryCall(customer) : restoreCall(archiveId),
    };
  });
}

function warned({ warned: { values, isAlarming } }: Status): StatusEntry[] {
  if (values === 0) return [];
  const text = `${plural(values, 'value')} of the last run could not be read as written; the lines were sent without ${values === 1 ? 'it' : 'them'}, and the report lists them.`;
  return [
    isAlarming
      ? {
          text: `${text} So many: a column was changed, or is written otherwise. Then:`,
          next: taskCall('batch', ['report']),
        }
      : { text },
  ];
}

function calls({ calls: day }: Status): StatusEntry {
  if (!day.isShort) return { text: callsText(day) };
  const wait = day.isUsedUp ? ' What is left is sent by the first run after that.' : '';
  return {
    text: `${dayText(day)}.${wait} Run less often, check who else uses the account, or have its daily limit raised.`,
  };
}

const POSTS: Readonly<Record<NonNullable<Status['alert']>['post'], string>> = {
  accepted: 'accepted by the webhook',
  refused: 'refused by the webhook',
  unanswered: 'the webhook gave no answer, so it may not have arrived',
  'not configured': 'not posted, ALERT_URL is not set',
};

function lastAlert({ alert }: Status, now: Date): StatusEntry {
  if (alert === undefined) return { text: 'batch watch has given none yet; those of failed executions are in Kestra' };
  const { runId, alertedAt, reasons, post } = alert;
  return { text: `the last ${ago(alertedAt, now)} of run ${shortId(runId)}, ${POSTS[post]}: ${reasons.join('; ')}` };
}

function braked(customer: ToldBraked): StatusEntry {
  const flags = ['--customer', customer.customer, '--allow-large-change'];
  return {
    text: `${customer.customer}: ${brakedWords(customer)}; to let it through:`,
    next: carryCall(flags),
  };
}

function verdict({
  last,
  source: refused,
  unsound: leftOut,
  unbatched: left,
  open,
  held: lines,
  braked: stopped,
  busy: waiting,
  unmapped,
  warned: unread,
  calls: day,
  findings,
}: Status): string {
  if (last === undefined) return 'Nothing was carried yet.';
  if (refused !== undefined) return 'Nothing can be carried: put right what is said of the source.';
  if (last.run.state === 'OPEN' || left.length + open.length + waiting.length > 0)
    return 'Not finished: something is open.';
  const stale = unmapped.some(({ known }) => known > 0);
  if (leftOut + lines.length + stopped.length + findings.length > 0 || stale || unread.isAlarming || day.isShort)
    return 'Finished, but somebody has to look at what is named above.';
  return CLEAN;
}

/** The screen as a terminal shows it: sentences are broken to fit it, commands stay whole, so that they can be copied. */
export function drawStatus(terminal: Terminal, lines: readonly string[]): string[] {
  return lines.flatMap((line, place) => {
    if (place === lines.length - 1) return [painted(terminal, line === CLEAN ? 'green' : 'yellow', printable(line))];
    const heading = line.slice(0, WIDTH);
    const text = printable(line.slice(WIDTH));
    if (text.startsWith('  ')) return [' '.repeat(WIDTH) + painted(terminal, 'cyan', text)];
    const [first = '', ...rest] = wrapped(terminal, text, WIDTH);
    return [
      painted(terminal, 'bold', heading.trimEnd()) + ' '.repeat(WIDTH - heading.trimEnd().length) + first.slice(WIDTH),
      ...rest,
    ];
  });
}

const ago = (date: Date, now: Date): string =>
  `${formatDuration(Math.max(0, now.getTime() - date.getTime()))} ago (${timeText(date)})`;
