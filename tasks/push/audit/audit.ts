import { customersOf } from '../../../shared/mapping/customers.js';
import type { UnreadItem } from '../../../shared/monday/board.js';
import { wordsOf } from '../../../shared/monday/errors.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { refuseOtherBoard } from '../../../shared/store/boards.js';
import { pushLock, withLock } from '../../../shared/store/locks.js';
import { connect, type PushContext } from '../model/connect.js';
import { grouped } from '../model/grouped.js';
import { readBoard } from '../model/read-board.js';
import type { AuditFlags } from '../options.js';
import { compare, countFindings } from './findings.js';
import { NOTHING_MENDED, repair } from './repair.js';
import { reportAudit } from './report.js';
import { settleSuspects } from './settle-suspects.js';
import { judgeSuspects, ofKind } from './suspects.js';

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
        log.warn(`What the board has of item ${id} could not be read: ${wordsOf(failure)}`);
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
        : NOTHING_MENDED;
      const settleMs = settings.MONDAY_SETTLE_WAIT;
      const archived = await settleSuspects(connection, judged, { settleMs, archive: flags.repair });
      const repaired = mended.missing + mended.differing + mended.edited + archived;
      const counts = countFindings(findings);
      return {
        lines: reportAudit(findings, flags.repair ? { ...mended, archived } : undefined),
        outputs: { status: 'AUDITED', entries: chosen.length, ...counts, repaired, ...pace.totals },
        rowErrors:
          counts.unread > 0 ||
          (flags.repair
            ? archived < counts.surplus || mended.missing < counts.missing || mended.differing < counts.differing
            : findings.some(({ kind }) => kind !== 'foreign')),
      };
    },
  );
}
