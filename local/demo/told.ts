import { z } from 'zod';
import { unmappedText } from '../../shared/mapper/unmapped.js';
import { loadStatement, quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Queryable } from '../../shared/warehouse/port/warehouse.js';
import type { RunReport } from './pipeline.js';

const MOST = 100;
const failureRow = z.object({ reason: z.string(), customer: z.string().nullable(), error_message: z.string() });

/** What a run says of what it did not understand: customers left out, unknown names and words, values left as they were. */
export async function toldBy(warehouse: Queryable, { runId, braked, unmapped }: RunReport): Promise<string[]> {
  const statement = loadStatement('failures/select-failures').with({
    table: quoteIdentifier('ERR_MON_CustMasterSchedule'),
    size: 'NULL',
  });
  const rows = (await warehouse.query(statement, { run_id: runId, most: MOST })).map((row) => failureRow.parse(row));
  const values = new Map<string, number>();
  for (const { reason, customer, error_message: message } of rows) {
    const text = `${reason}, ${customer ?? 'no customer'}: ${message}`;
    values.set(text, (values.get(text) ?? 0) + 1);
  }
  return [
    ...braked.map(
      ({ customer, reason, known, left }) =>
        `${customer} is braked (${reason}): ${left} of ${known} known lines left scope.`,
    ),
    ...unmapped.map((each) => `The mapping does not know ${unmappedText(each)}.`),
    ...[...values].map(([text, lines]) => `${text} (${lines === 1 ? '1 line' : `${lines} lines`})`),
  ];
}
