import { type AuditFinding, countFindings, keyOf } from './findings.js';
import type { Mended } from './repair.js';

const REPORTED = 200;

/** What --repair has done: lines that the next run sends anew, and copies that were archived. */
export type Repaired = Mended & { archived: number };

/** The findings and what comes next; `repaired` is undefined where only a look was asked for. */
export function reportAudit(findings: readonly AuditFinding[], repaired: Repaired | undefined): string[] {
  if (findings.length === 0) return ['The board shows what the ledger says.'];
  const lines = findings
    .slice(0, REPORTED)
    .flatMap(({ kind, place, itemId, columns }) => [
      `${kind.padEnd(9)} ${place === null ? 'without our key' : keyOf(place)}  item ${itemId ?? ''}`,
      ...columns.map(
        ({ column, ledger, board }) => `          ${column}: ledger ${quote(ledger)}, board ${quote(board)}`,
      ),
    ]);
  const rest = findings.length > REPORTED ? [`… and ${findings.length - REPORTED} more.`] : [];
  return [...lines, ...rest, ...(repaired === undefined ? [adviceOf(findings)] : doneBy(findings, repaired))];
}

const quote = (text: string | null): string => (text === null ? 'empty' : JSON.stringify(text));

function adviceOf(findings: readonly AuditFinding[]): string {
  const { missing, differing, surplus, edited } = countFindings(findings);
  const own = missing + differing + surplus > 0 ? ['with --repair to mend what is ours'] : [];
  const byHand = edited > 0 ? ['with --repair --overwrite-edits to overwrite what was changed by hand'] : [];
  const ways = [...own, ...byHand];
  return ways.length > 0 ? `Run again ${ways.join(', ')}.` : 'None of it is ours to mend: look at it on the board.';
}

/** A sentence for each kind that was found: what was done of it, and what was left. */
function doneBy(findings: readonly AuditFinding[], repaired: Repaired): string[] {
  const found = countFindings(findings);
  const again = (kind: keyof Mended): string => `the next run sends ${repaired[kind] === 1 ? 'it' : 'them'} again`;
  const kinds: readonly [number, string][] = [
    [found.missing, part('missing', repaired.missing, found.missing, again('missing'))],
    [found.differing, part('differing', repaired.differing, found.differing, again('differing'))],
    [
      found.edited,
      repaired.edited === 0
        ? `edited: ${found.edited} left as a planner made them; --overwrite-edits overwrites them.`
        : part('edited', repaired.edited, found.edited, again('edited')),
    ],
    [found.surplus, part('surplus', repaired.archived, found.surplus, 'archived on the board')],
    [found.foreign, `foreign: ${found.foreign} left alone: no send of ours made them.`],
    [found.unread, `unread: ${found.unread} could not be read, so nothing was concluded.`],
  ];
  return kinds.filter(([count]) => count > 0).map(([, sentence]) => sentence);
}

function part(kind: string, done: number, found: number, what: string): string {
  const left = found - done;
  const rest = left > 0 ? ` ${left} could not be mended now: run the audit again.` : '';
  return done === 0 ? `${kind}:${rest}` : `${kind}: ${done} of ${found}, ${what}.${rest}`;
}
