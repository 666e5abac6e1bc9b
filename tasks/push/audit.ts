import { customersOf } from '../../shared/mapping/customers.js';
import type { UnreadItem } from '../../shared/monday/board.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { refuseOtherBoard } from '../../shared/store/boards.js';
import { pushLock, withLock } from '../../shared/store/locks.js';
import { compare, FINDING_KINDS, type Finding, keyOf } from './audit-findings.js';
import { repair } from './audit-repair.js';
import { readBoard } from './checks.js';
import { connect } from './connect.js';
import { grouped } from './grouped.js';
import type { AuditFlags } from './options.js';
import type { PushContext } from './run.js';
import { settleSuspects } from './settle-suspects.js';
import { judgeSuspects, ofKind } from './suspects.js';

const REPORTED = 200;

/** Reads the whole board back, compares it with the ledger, and mends what is ours when asked to. */
export async function runAudit(context: PushContext, flags: AuditFlags): Promise<Outcome> {
  const { settings, clock, signal, log } = context;
  const warehouse = await context.warehouse();
  return withLock(
    warehouse,
    pushLock(settings.MONDAY_BOARD_ID),
    { waitMs: settings.LOCK_WAIT, signal, log },
    async () => {
      const connection = connect(context, warehouse, signal);
      const { reader, ledger, mapping, boardId, pace } = connection;
      await refuseOtherBoard(warehouse, boardId);
      const board = await readBoard(connection);
      const customer = flags.customer === undefined ? undefined : customersOf(mapping, flags.customer)[0];
      const all = await ledger.all(warehouse);
      const chosen = all.filter((entry) => customer === undefined || entry.customer === customer);
      const keys = new Set(chosen.map(({ place }) => place.key));
      const unread = { items: [] as UnreadItem[], sizes: [] as UnreadItem[] };
      const items = await reader.allItems(boardId, [...board.items.keys()], unread.items);
      const sizes = await reader.allItems(board.subitemsBoardId, [...board.subitems.keys()], unread.sizes);
      const hidden = [...unread.items, ...unread.sizes];
      for (const { id, failure } of hidden)
        log.warn(`What the board has of item ${id} could not be read: ${failure.code}, ${failure.message}`);
      const under = grouped(sizes, ({ parentId }) => parentId ?? '');
      const subitemsOf = (id: string) => under.get(id) ?? [];
      const suspects = (await ledger.suspects(warehouse)).filter(({ place }) =>
        place.kind === 'group' ? customer === undefined : keys.has(place.key),
      );
      const { groupTitles } = board;
      // Anything of which the board does not tell may be the copy that is looked for, or hang under it.
      const judged =
        hidden.length > 0 ? [] : judgeSuspects(suspects, { mapping, entries: all, items, subitemsOf, groupTitles });
      const surplus = new Set(judged.flatMap(({ judgement }) => (judgement.kind === 'surplus' ? judgement.ids : [])));
      const findings = [
        ...compare(
          all.filter(ofKind('item')),
          { items, unread: unread.items, columns: board.items, keyColumn: mapping.item.key.id },
          surplus,
        ),
        ...compare(
          all.filter(ofKind('size')),
          { items: sizes, unread: unread.sizes, columns: board.subitems, keyColumn: mapping.subitem.key.id },
          surplus,
        ),
      ].filter(({ place }) => (place === null ? customer === undefined : keys.has(place.key)));
      const { overwriteEdits } = flags;
      const mended = flags.repair
        ? await repair(connection, { findings, entries: all, overwriteEdits, now: clock.now() })
        : 0;
      const settleMs = settings.MONDAY_SETTLE_WAIT;
      const repaired = mended + (await settleSuspects(connection, judged, { settleMs, archive: flags.repair }));
      const counts = Object.fromEntries(
        FINDING_KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length]),
      );
      return {
        lines: report(findings, flags.repair),
        outputs: { status: 'AUDITED', entries: chosen.length, ...counts, repaired, ...pace.totals },
        rowErrors: findings.some(({ kind }) => kind === 'unread' || (kind !== 'foreign' && !flags.repair)),
      };
    },
  );
}

function report(findings: readonly Finding[], repaired: boolean): string[] {
  if (findings.length === 0) return ['The board shows what the ledger says.'];
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
  return [...lines, ...rest, advice];
}
