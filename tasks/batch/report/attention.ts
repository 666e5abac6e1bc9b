import { type Html, html } from '../../../shared/ground/text.js';
import { restoreCall, retryCall, syncCall, taskCall } from '../../../shared/runtime/called.js';
import { isOpen } from '../../../shared/store/batches.js';
import { brakedWords, unsoundText } from '../../../shared/store/refused.js';
import { effectsOf, NEXT_STEPS, notTaken } from '../facts/figures.js';
import { formatTime, plural } from './format.js';
import type { CustomerFacts, Report, RunSince } from './read-report.js';

/** Something that somebody has to do, or that a later run or somebody has done since. */
export interface Attention {
  tone: 'bad' | 'warn' | 'past';
  who: 'Operator' | 'Owner of the source' | 'Owner of the mapping' | 'Nobody';
  text: Html;
  /** A command that can be run as it is printed. */
  next?: string;
}

/** Where and how the commands are called: see `called.ts`. */
const sync = (words: readonly string[], task: Parameters<typeof taskCall>): string =>
  syncCall(words) ?? taskCall(...task);

/** What needs somebody, worst first, then what is settled; empty when everything that was found was done. */
export function attentionOf(report: Report): Attention[] {
  const entries = [...report.customers.flatMap((facts) => ofCustomer(facts, report)), ...ofRun(report)];
  const order = ['bad', 'warn', 'past'];
  return entries.sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone));
}

function ofRun({ run, customers, since, failureCounts }: Report): Attention[] {
  const entries: Attention[] = [];
  const later = since.find((each) => covers(each, run));
  if (run.state === 'OPEN') {
    const why = run.lastError ?? 'it still works, or was stopped.';
    const text = html`detect has not finished this run: ${why}`;
    if (later === undefined) entries.push({ tone: 'bad', who: 'Operator', text, next: detectCall(run) });
    else
      entries.push(past(html`detect has not finished this run; ${laterText(later)} has looked at the source since.`));
  }
  for (const customer of run.told.busy.filter((name) => !customers.some(({ found }) => found.customer === name)))
    entries.push(busy(customer, since));
  const left = run.told.unmapped.reduce((sum, { known }) => sum + known, 0);
  if (left > 0) {
    const text = html`<a href="#unmapped">${plural(left, 'line')} of the board left scope</a> by names or words that the mapping does not know, and ${left === 1 ? 'is' : 'are'} no longer updated.`;
    entries.push(
      later === undefined
        ? { tone: 'warn', who: 'Owner of the mapping', text, next: taskCall('doctor', []) }
        : past(html`${text} ${laterText(later)} has looked at them again.`),
    );
  }
  if (run.told.unsound > 0) {
    const text = html`${unsoundText(run.told.unsound)}.`;
    entries.push(
      later === undefined
        ? { tone: 'warn', who: 'Owner of the source', text }
        : past(html`${text} ${laterText(later)} has looked at them again.`),
    );
  }
  entries.push(...warned(failureCounts));
  if (customers.every((facts) => failedOf(facts) === 0)) entries.push(...recorded(failureCounts, run.told.unsound > 0));
  return entries;
}

/** Lines that went on without a value, or with another than the source has. */
function warned(counts: Report['failureCounts']): Attention[] {
  const warnings = notTaken(counts);
  const open = warnings.reduce((sum, each) => sum + each.open, 0);
  if (warnings.length === 0) return [];
  const of = (count: number) =>
    html`<a href="#failed">${plural(count, 'value')}</a> could not be read as written; the lines were sent without ${count === 1 ? 'it' : 'them'}`;
  if (open === 0) return [past(html`${of(warnings.reduce((sum, { rows }) => sum + rows, 0))}. Put right since.`)];
  const text = html`${of(open)}. What is corrected in the source goes with the next run.`;
  return [{ tone: 'warn', who: 'Owner of the source', text }];
}

/** Errors that are recorded of the run though no staged row of it failed. */
function recorded(counts: Report['failureCounts'], isTold: boolean): Attention[] {
  const open = counts.reduce((sum, each) => sum + (each.severity === 'ERROR' ? each.open : 0), 0);
  if (open === 0 || isTold) return [];
  return [
    {
      tone: 'warn',
      who: 'Owner of the source',
      text: html`<a href="#failed">${plural(open, 'error is', 'errors are')} recorded</a> of this run.`,
    },
  ];
}

const past = (text: Html): Attention => ({ tone: 'past', who: 'Nobody', text });
const laterText = ({ startedAt }: RunSince): string => `The run of ${formatTime(startedAt)}`;

/** The run as it was started: with other flags its key is refused. */
function detectCall({ runKey, filter, ...run }: Report['run']): string {
  const flags = [
    ...(filter ?? []).flatMap((customer) => ['--customer', customer]),
    ...(run.method === 'hash' ? [] : ['--method', run.method]),
    ...(run.full ? ['--full'] : []),
    ...(run.allowLargeChange ? ['--allow-large-change'] : []),
    ...(run.confirmDeletes ? ['--confirm-deletes'] : []),
    ...(run.dry ? ['--dry-run'] : []),
  ];
  return taskCall('detect', ['--run-key', runKey, ...flags]);
}

function busy(customer: string, since: readonly RunSince[]): Attention {
  const text = html`<b>${customer}</b> was busy: something else was working on it.`;
  const later = dealtWith(customer, since);
  if (later !== undefined) return past(html`${text} ${laterText(later)} has dealt with it since.`);
  const words = ['--customer', customer];
  const next = sync(words, ['detect', words]);
  return { tone: 'warn', who: 'Operator', text: html`${text} The next run takes it up.`, next };
}

/** Whether a later run was of all the customers that this one was of: what belongs to no change set is told by those alone. */
function covers({ filter }: RunSince, run: Report['run']): boolean {
  return filter === null || (run.filter?.every((customer) => filter.includes(customer)) ?? false);
}

/** The first later run that has looked at the customer. */
function dealtWith(customer: string, since: readonly RunSince[]): RunSince | undefined {
  return since.find(({ customers }) => customers.includes(customer));
}

function ofCustomer(facts: CustomerFacts, report: Report): Attention[] {
  const { found, batch } = facts;
  const { customer } = found;
  const name = html`<b>${customer}</b>`;
  const later = dealtWith(customer, report.since);
  if (found.state === 'BUSY') return [busy(customer, report.since)];
  if (found.state === 'BRAKED') {
    const words = ['--customer', customer, '--allow-large-change'];
    const why = found.braked === null ? 'why is not recorded' : brakedWords({ customer, ...found.braked });
    if (later !== undefined)
      return [past(html`${name} was braked (${why}). ${laterText(later)} has looked at it since.`)];
    const who = found.braked?.reason === 'SCOPE' ? 'Owner of the mapping' : 'Owner of the source';
    const next = sync(words, ['detect', words]);
    return [{ tone: 'warn', who, text: html`${name} was braked: ${why}. To let it through:`, next }];
  }
  return [...ofBatch(facts, report, later), ...ofHeld(facts, report), ...(batch ? ofFailed(facts, report) : [])];
}

function ofBatch({ found, batch }: CustomerFacts, { run }: Report, later: RunSince | undefined): Attention[] {
  const { customer } = found;
  const name = html`<b>${customer}</b>`;
  if (batch === undefined) {
    // What a dry run found may be forecast, but waits for nobody.
    if (found.state !== 'OPEN' || run.dry) return [];
    if (later !== undefined) return [past(html`${name} had no batch. ${laterText(later)} has dealt with it since.`)];
    const next = taskCall('batch', ['--run-id', run.runId, '--customer', customer]);
    return [{ tone: 'bad', who: 'Operator', text: html`${name} has no batch yet.`, next }];
  }
  const told = batch.lastError === null ? '' : ` ${batch.lastError}`;
  if (isOpen(batch.status)) {
    const step = taskCall(NEXT_STEPS[batch.status] ?? 'stage', ['--batch-id', batch.batchId]);
    const next = run.dry ? step : (syncCall(['--customer', customer, '--resume']) ?? step);
    return [{ tone: 'bad', who: 'Operator', text: html`${name} is not finished, it is ${batch.status}.${told}`, next }];
  }
  if (batch.status !== 'SUPERSEDED') return [];
  const error = batch.lastError === null ? '' : ` Its last error: ${batch.lastError}`;
  return [past(html`${name}: a newer run took its batch over before it was finished.${error}`)];
}

const failedOf = ({ batch }: CustomerFacts): number => {
  if (batch === undefined) return 0;
  const items = effectsOf([batch], 'items');
  return items.failed + items.rejected + effectsOf([batch], 'subitems').failed;
};

/** Lines that were rejected in the source's name, and those that the board refused. */
function ofFailed(
  { found: { customer }, batch }: CustomerFacts,
  { failures, run: { archiveId } }: Report,
): Attention[] {
  const { failed, rejected } = effectsOf(batch ? [batch] : [], 'items');
  const sizes = effectsOf(batch ? [batch] : [], 'subitems').failed;
  const open = failures.filter((each) => each.customer === customer && each.resolvedAt === null && isError(each));
  const name = html`<b>${customer}</b>`;
  const entries: Attention[] = [];
  if (rejected > 0) {
    const text = html`${name}: <a href="#failed">${plural(rejected, 'line')} rejected before sending</a>`;
    entries.push(
      open.some(({ step }) => step !== 'push')
        ? {
            tone: 'bad',
            who: 'Owner of the source',
            text: html`${text}. What is corrected in the source goes with the next run.`,
          }
        : past(html`${text}; put right since.`),
    );
  }
  const refused = [
    ...(failed > 0 ? [`${plural(failed, 'line')} refused by the board`] : []),
    ...(sizes > 0 ? [`${plural(sizes, 'size')} refused, or not sent because the item was`] : []),
  ];
  if (refused.length > 0) {
    const text = html`${name}: <a href="#failed">${refused.join(', ')}</a>`;
    // Detect leaves out a restored customer, and to release it would undo the restore.
    const next = archiveId === null ? retryCall(customer) : restoreCall(archiveId);
    entries.push(
      open.some(({ step }) => step === 'push')
        ? { tone: 'bad', who: 'Operator', text: html`${text}. When the reason is put right:`, next }
        : past(html`${text}; put right since.`),
    );
  }
  return entries;
}

const isError = ({ severity }: { severity: string }): boolean => severity === 'ERROR';

function ofHeld({ found: { customer }, heldLines }: CustomerFacts, { held }: Report): Attention[] {
  if (heldLines === 0) return [];
  const text = html`<b>${customer}</b>: <a href="#held">${plural(heldLines, 'line was', 'lines were')} held back</a> since an earlier failure`;
  const own = held.filter((each) => each.customer === customer);
  if (own.length > 0 && own.every(({ resolvedAt }) => resolvedAt !== null))
    return [past(html`${text}; put right since.`)];
  const next = retryCall(customer);
  return [{ tone: 'warn', who: 'Operator', text: html`${text}. To try them all the same:`, next }];
}
