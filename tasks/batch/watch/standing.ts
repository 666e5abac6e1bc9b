import { cutText } from '../../../shared/mapping/texts.js';
import { isOpen } from '../../../shared/store/batches.js';
import type { RunFigures } from '../../../shared/store/run-figures.js';
import { effectsOf, type RunBatch } from '../facts/batches.js';
import type { WatchFinding } from './finding.js';

/** A page of an alert has room for so much of an error. */
const LONGEST = 300;

/** What a run has left undone, whatever the shares say: batches that an error stopped, lines that were refused, braked customers. */
export function standingFindings({ run, batches }: { run: RunFigures; batches: readonly RunBatch[] }): WatchFinding[] {
  const stopped = batches.flatMap(({ customer, status, lastError }) =>
    isOpen(status) && lastError !== null ? [{ customer, error: cutText(lastError, LONGEST) }] : [],
  );
  const refused = batches
    .map((batch) => ({
      customer: batch.customer,
      lines: effectsOf([batch], 'items').failed,
      sizes: effectsOf([batch], 'subitems').failed,
    }))
    .filter(({ lines, sizes }) => lines + sizes > 0);
  const braked = run.told.braked.map(({ customer, reason }) => ({ customer, reason }));
  const all: WatchFinding[] = [
    { check: 'unfinished', value: stopped.length, limit: 0, customers: stopped },
    {
      check: 'failed',
      value: refused.reduce((sum, { lines, sizes }) => sum + (lines || sizes), 0),
      limit: 0,
      customers: refused,
    },
    { check: 'braked', value: braked.length, limit: 0, customers: braked },
  ];
  return all.filter(({ value }) => value > 0);
}
