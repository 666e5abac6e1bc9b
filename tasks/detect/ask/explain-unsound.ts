import { timeText } from '../../../shared/ground/clock.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { ExplainedLine, UnsoundRow } from './find-lines.js';

/** The most rows that are shown. */
const SHOWN = 20;

/** Rows of the source that are no lines: each with its own order, and why. */
export function describeRows(rows: readonly UnsoundRow[], identity: string): string[] {
  const rest = rows.length - SHOWN;
  return [
    ...rows.slice(0, SHOWN).flatMap((row) => describeRow(row, identity)),
    ...(rest > 0 ? [`… and ${rest} more rows without a ${identity} of their own`] : []),
  ];
}

function describeRow({ recordUuid, inScope, reason, message, since, ...row }: UnsoundRow, identity: string): string[] {
  const recorded = since === null ? 'not recorded yet: the next run does' : `since ${timeText(since)}`;
  return [
    recordUuid === null ? `row without a usable ${identity}` : `row with the repeated ${identity} ${recordUuid}`,
    describeOrder(row),
    `    source: there, ${inScope ? 'in scope' : 'out of scope'}`,
    `    refused: detect ${reason}, ${recorded}`,
    `        ${message}`,
  ];
}

/** Whose it is, and what it is called in the searchable columns. */
export function describeOrder({ customer, names }: Pick<UnsoundRow, 'customer' | 'names'>): string {
  const parts = [customer, ...names.map(({ column, text }) => `${column} ${text}`)];
  return `    order: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** Why no run changes or deletes a line for now, and what ends it. */
export function describeFrozen({ frozen }: ExplainedLine, identity: string, { source }: Mapping): string[] {
  if (frozen === undefined) return [];
  const why =
    frozen === 'uuid'
      ? `another row of the source has its ${identity} too`
      : `a row of the source without a ${identity} of its own has the same ${source.businessKey.join(', ')}, and may be this line`;
  return [
    `    frozen for now: ${why}. Give every row a ${identity} of its own in the source; until then no run changes or deletes this line on the board`,
  ];
}
