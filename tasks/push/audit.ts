import { refuseOtherBoard } from '../../shared/ledger/board-id.js';
import type { LedgerPlace } from '../../shared/ledger/ledger-rows.js';
import { pushLock, withLock } from '../../shared/locks.js';
import { customersOf } from '../../shared/mapping/customers.js';
import { subitemKey } from '../../shared/mapping/sizes.js';
import type { BoardItem } from '../../shared/monday/board-replies.js';
import type { Outcome } from '../../shared/task.js';
import { type AuditedEntry, compare, FINDING_KINDS, type Finding } from './audit-findings.js';
import { repair } from './audit-repair.js';
import { readBoard } from './checks.js';
import { connect } from './connect.js';
import type { AuditFlags } from './options.js';
import type { PushContext } from './run.js';

const REPORTED = 200;

/** Reads the whole board back, compares it with the ledger, and mends what is ours when asked to. */
export async function runAudit(context: PushContext, flags: AuditFlags): Promise<Outcome> {
  const { settings, clock } = context;
  const warehouse = await context.warehouse();
  return withLock(warehouse, pushLock(settings.MONDAY_BOARD_ID), settings.LOCK_WAIT, async () => {
    const connection = connect(context, warehouse, context.signal);
    const { reader, ledger, mapping, boardId, pace } = connection;
    await refuseOtherBoard(warehouse, boardId);
    const board = await readBoard(reader, boardId, mapping);
    const customer = flags.customer === undefined ? undefined : customersOf(mapping, flags.customer)[0];
    const all = await ledger.all(warehouse);
    const chosen = all.filter((entry) => customer === undefined || entry.customer === customer);
    const keys = new Set(chosen.map(({ place }) => place.key));
    const items = await reader.allItems(boardId, [...board.items.keys()]);
    const sizes = await reader.allItems(board.subitemsBoardId, [...board.subitems.keys()]);
    const ofKind = (kind: 'item' | 'size') => all.filter(({ place }) => place.kind === kind);
    const findings = [
      ...compare(ofKind('item'), { items, columns: board.items, keyColumn: mapping.item.key.id }, keyOf).map(
        (finding) => withoutLoss(finding, sizes, all),
      ),
      ...compare(ofKind('size'), { items: sizes, columns: board.subitems, keyColumn: mapping.subitem.key.id }, keyOf),
    ].filter(({ place }) => (place === null ? customer === undefined : keys.has(place.key)));
    const { overwriteEdits } = flags;
    const repaired = flags.repair
      ? await repair(connection, { findings, entries: all, overwriteEdits, now: clock.now() })
      : 0;
    const counts = Object.fromEntries(
      FINDING_KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length]),
    );
    return {
      text: report(findings, flags.repair),
      outputs: { status: 'AUDITED', entries: chosen.length, ...counts, repaired, ...pace.totals },
      rowErrors: findings.some(({ kind }) => kind !== 'foreign') && !flags.repair,
    };
  });
}

/** A copy is ours to archive only when none of its sizes is the one that the ledger counts on. */
function withoutLoss(finding: Finding, sizes: readonly BoardItem[], entries: readonly AuditedEntry[]): Finding {
  if (finding.kind !== 'surplus') return finding;
  const counted = new Set(entries.map(({ entry }) => entry.id));
  const lost = sizes.some(({ id, parentId }) => parentId === finding.itemId && counted.has(id));
  return lost ? { ...finding, kind: 'foreign' } : finding;
}

function keyOf({ key, size }: LedgerPlace): string {
  return size === '' ? key : subitemKey(key, size);
}

function report(findings: readonly Finding[], repaired: boolean): string {
  if (findings.length === 0) return 'The board shows what the ledger says.';
  const quote = (text: string | null): string => (text === null ? 'empty' : JSON.stringify(text));
  const lines = findings
    .slice(0, REPORTED)
    .flatMap(({ kind, place, itemId, columns }) => [
      `${kind.padEnd(9)} ${place === null ? 'without our key' : keyOf(place)}  item ${itemId ?? ''}`,
      ...columns.map(
        ({ column, ledger, board }) => `          ${column}: ledger ${quote(ledger)}, board ${quote(board)}`,
      ),
    ]);
  const rest = findings.length > REPORTED ? [`… and ${findings.length - REPORTED} more.`] : [];
  const advice = repaired
    ? 'Surplus copies were archived; the other lines are sent again by the next run.'
    : 'Run again with --repair to mend what is ours, and with --overwrite-edits to overwrite what was changed by hand.';
  return [...lines, ...rest, advice].join('\n');
}
