import { plural } from '../../shared/ground/plural.js';
import { unmappedText } from '../../shared/mapper/unmapped.js';
import { lineFailuresOf } from '../../shared/store/failure-reports.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import type { RunReport } from './pipeline.js';

const MOST = 100;

/** What a run says of what it did not understand: customers left out, unknown names and words, values left as they were. */
export async function toldBy(warehouse: Queryable, { runId, braked, unmapped }: RunReport): Promise<string[]> {
  const failures = await lineFailuresOf(warehouse, runId, MOST);
  const values = new Map<string, number>();
  for (const { reason, customer, message } of failures) {
    const text = `${reason}, ${customer ?? 'no customer'}: ${message}`;
    values.set(text, (values.get(text) ?? 0) + 1);
  }
  return [
    ...braked.map(
      ({ customer, reason, known, left }) =>
        `${customer} is braked (${reason}): ${left} of ${known} known lines left scope.`,
    ),
    ...unmapped.map((each) => `The mapping does not know ${unmappedText(each)}.`),
    ...[...values].map(([text, lines]) => `${text} (${plural(lines, 'line')})`),
  ];
}
