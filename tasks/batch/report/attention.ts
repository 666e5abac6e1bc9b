import { type Html, html } from '../../../shared/ground/html.js';
import { isOpen } from '../../../shared/store/batches.js';
import { effectsOf } from '../facts/batches.js';
import { formatNumber, plural } from './format.js';
import type { CustomerFacts, Report } from './read-report.js';

export interface Attention {
  tone: 'bad' | 'warn';
  text: Html;
}

/** What somebody should look at, worst first; empty when everything found was done. */
export function attentionOf({ run, customers, batches, failureCounts }: Report): Attention[] {
  const items: Attention[] = customers.flatMap(ofCustomer);
  if (run.state === 'OPEN')
    items.push(bad(html`detect has not finished this run: run it again with the same <code>--run-key</code>.`));
  const busy = run.told.busy.filter((customer) => !customers.some(({ found }) => found.customer === customer));
  for (const customer of busy) items.push(warn(busyText(customer)));
  const left = run.told.unmapped.reduce((sum, { known }) => sum + known, 0);
  if (left > 0)
    items.push(
      warn(
        html`<a href="#unmapped">${plural(left, 'line')} of the board left scope</a> by names or words that the mapping does not know, and ${left === 1 ? 'is' : 'are'} no longer updated.`,
      ),
    );
  if (run.told.unsound > 0)
    items.push(warn(html`${plural(run.told.unsound, 'row')} of the source had no usable uuid and took no part.`));
  const { failed, rejected } = effectsOf(batches, 'items');
  const sizes = effectsOf(batches, 'subitems').failed;
  const parts = [
    ...(rejected > 0 ? [`${plural(rejected, 'line')} rejected before sending`] : []),
    ...(failed > 0 ? [`${plural(failed, 'line')} refused by the board`] : []),
    ...(sizes > 0 ? [`${plural(sizes, 'size')} refused, or not sent because the item was`] : []),
  ];
  if (parts.length > 0) items.push(bad(html`<a href="#failed">${parts.join(', ')}</a>: each with its reason below.`));
  const recorded = failureCounts.reduce((sum, { severity, rows }) => sum + (severity === 'ERROR' ? rows : 0), 0);
  if (parts.length === 0 && recorded > 0)
    items.push(warn(html`<a href="#failed">${plural(recorded, 'error is', 'errors are')} recorded</a> of this run.`));
  const held = customers.reduce((sum, { heldLines }) => sum + heldLines, 0);
  if (held > 0)
    items.push(
      warn(html`<a href="#held">${plural(held, 'line was', 'lines were')} held back</a> since an earlier failure.`),
    );
  return items.sort((a, b) => Number(a.tone === 'warn') - Number(b.tone === 'warn'));
}

const bad = (text: Html): Attention => ({ tone: 'bad', text });
const warn = (text: Html): Attention => ({ tone: 'warn', text });
const busyText = (customer: string): Html =>
  html`<b>${customer}</b> was busy: something else was working on it. The next run takes it up.`;

function ofCustomer({ found, batch }: CustomerFacts): Attention[] {
  const name = html`<b>${found.customer}</b>`;
  if (found.state === 'BUSY') return [warn(busyText(found.customer))];
  if (found.state === 'BRAKED') return [warn(html`${name} ${brakeText(found)}`)];
  if (batch === undefined)
    return found.state === 'OPEN' ? [bad(html`${name} has no batch yet: run batch for this run.`)] : [];
  if (isOpen(batch.status)) {
    const told = batch.lastError === null ? 'Start it again, or wait for the next run.' : batch.lastError;
    return [bad(html`${name} is not finished, it is ${batch.status}. ${told}`)];
  }
  if (batch.status !== 'SUPERSEDED') return [];
  const told = batch.lastError === null ? '' : ` Its last error: ${batch.lastError}`;
  return [warn(html`${name}: a newer run took its batch over before it was finished.${told}`)];
}

function brakeText({ braked }: CustomerFacts['found']): string {
  switch (braked?.reason) {
    case 'CHANGES':
      return `was braked: ${formatNumber(braked.changed ?? 0)} of ${plural(braked.known ?? 0, 'known line')} changed. Ask the owner of the source, then run again with --allow-large-change.`;
    case 'DELETES':
      return `was braked: ${formatNumber(braked.deleted ?? 0)} of ${plural(braked.known ?? 0, 'known line')} vanished. Ask the owner of the source, then run again with --allow-large-change.`;
    case 'SCOPE':
      return `was braked: ${formatNumber(braked.left ?? 0)} of ${plural(braked.known ?? 0, 'known line')} left scope by a name or word that the mapping does not know. Add it to the mapping, or correct the source.`;
    default:
      return 'stays as it was restored until somebody releases it with --allow-large-change.';
  }
}
