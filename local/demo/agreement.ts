import { z } from 'zod';
import { plural } from '../../shared/ground/text.js';
import type { Unmapped } from '../../shared/mapper/unmapped.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { customerColumns } from '../../shared/mapping/mapping-version.js';
import { lineFailuresOf } from '../../shared/store/failure-reports.js';
import { SCANNED, scanSnapshot } from '../../shared/store/snapshot-lines.js';
import { textAt } from '../../shared/warehouse/port/text-rows.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { runExecutable } from '../processes.js';
import type { Pipeline, RunReport } from './pipeline.js';
import { MOST_FAILURES } from './progress.js';

const auditOutputs = z.object({ entries: z.number() });

/** The comparison of the last run, the tables and the board at the end. */
export interface Agreement {
  /** Lines that the source has in scope. */
  inScope: number;
  /** Lines that an unknown name or word has taken out of scope: they stay on the board unchanged. */
  left: number;
  /** What of these lines nobody knows: the customer, or a column of the scope. */
  leftBy: string[];
  items: number;
  /** Values reported as unreadable: the board keeps what it had. */
  unreadable: number;
  /** The disagreements, one sentence each. */
  faults: string[];
}

/**
 * Compares, line by line, what the tables say was acknowledged with the items of the board, and has push read every
 * value of the board back.
 */
export async function agreementOf(
  pipeline: Pipeline,
  { warehouse, mapping }: { warehouse: Warehouse; mapping: Mapping },
  { runId, changes, unmapped }: RunReport,
): Promise<Agreement> {
  const inScope = changes.new + changes.changed + changes.rekeyed + changes.unchanged;
  const leaving = unmapped.filter(({ known }) => known > 0);
  const left = leaving.reduce((sum, each: Unmapped) => sum + each.known, 0);
  const leftBy = [
    ...new Set(leaving.flatMap((each) => ('word' in each ? each.column : customerColumns(mapping.source)))),
  ];
  const acknowledged = await liveLines(warehouse);
  const items = await pipeline.board.itemKeys(mapping.item.key.id);
  const failures = await lineFailuresOf(warehouse, runId, MOST_FAILURES);
  const unreadable = failures.filter(({ reason }) => reason === 'NOT_A_NUMBER').length;
  const open = [...acknowledged.values()].filter((hash) => hash === null).length;
  const keys = new Set(items);
  const absent = [...acknowledged.keys()].filter((key) => !keys.has(key)).length;
  const strange = [...keys].filter((key) => !acknowledged.has(key)).length;
  const checks: [boolean, string][] = [
    [
      inScope + left === acknowledged.size,
      `the source has ${inScope + left} lines that are or were in scope, the snapshot ${acknowledged.size}`,
    ],
    [open === 0, `${plural(open, 'line of the snapshot is', 'lines of the snapshot are')} not acknowledged`],
    [absent === 0, `${plural(absent, 'line has', 'lines have')} no item`],
    [strange === 0, `${plural(strange, 'item belongs', 'items belong')} to no line`],
    [
      keys.size === items.length,
      `${plural(items.length - keys.size, 'item stands', 'items stand')} on the board twice`,
    ],
  ];
  const faults = checks.filter(([ok]) => !ok).map(([, sentence]) => sentence);
  return {
    inScope,
    left,
    leftBy,
    items: items.length,
    unreadable,
    faults: [...faults, ...(await auditFaults(pipeline))],
  };
}

/** The verdict in words; `faults` are those of the runs and of the comparison. */
export function verdictOf({ inScope, left, leftBy, items, unreadable }: Agreement, faults: readonly string[]): string {
  if (faults.length > 0)
    return ['Verdict: not as it must be.', ...faults.map((fault) => `  ${capital(fault)}.`)].join('\n');
  const waiting = [
    ...(left > 0 ? [`${plural(left, 'line')} whose ${leftBy.join(' or ')} nobody knows`] : []),
    ...(unreadable > 0 ? [plural(unreadable, 'value that is not a number', 'values that are not numbers')] : []),
  ];
  return [
    'Verdict: board and source agree.',
    `  ${plural(inScope, 'line')} in scope, ${plural(items, 'item')} on the board, one for each line that is or was in scope. push --audit has read every value back.`,
    ...(waiting.length > 0
      ? [`  Left as they were until somebody corrects source or mapping: ${waiting.join(' and ')}.`]
      : []),
  ].join('\n');
}

/** Keys of the lines that the board must show, with what was acknowledged of each. */
async function liveLines(warehouse: Warehouse): Promise<Map<string, string | null>> {
  const lines = new Map<string, string | null>();
  for await (const rows of scanSnapshot(warehouse, 'live', new Date(0)))
    for (let row = 0; row < rows.count; row += 1) {
      const key = textAt(rows, row, SCANNED.ownKey) ?? textAt(rows, row, SCANNED.uuid) ?? '';
      lines.set(key.toLowerCase(), textAt(rows, row, SCANNED.hash));
    }
  return lines;
}

/** What push finds when it reads the board back. */
async function auditFaults({ env, signal }: Pipeline): Promise<string[]> {
  const { exitCode, outputs, lines } = await runExecutable('tasks/push', ['--audit'], { env, signal });
  if (exitCode === 0 && auditOutputs.safeParse(outputs).success) return [];
  return [`push --audit ended with exit code ${exitCode}: ${lines.slice(0, 3).join(' ')}`];
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
