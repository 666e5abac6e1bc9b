import { groupBy } from '../../../shared/ground/lists.js';
import { subitemKeyColumns } from '../../../shared/mapper/sizes.js';
import type { UnreadItem } from '../../../shared/monday/board.js';
import type { BoardItem } from '../../../shared/monday/board-replies.js';
import { wordsOf } from '../../../shared/monday/errors.js';
import { syncCall, taskCall } from '../../../shared/runtime/called.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { refuseOtherBoard } from '../../../shared/store/boards.js';
import { customersAsked } from '../../../shared/store/customers-asked.js';
import type { Suspect } from '../../../shared/store/ledger.js';
import { withBoard } from '../../../shared/store/locks.js';
import type { AuditFlags } from '../commands.js';
import { readBoard } from '../model/board-state.js';
import { type Connection, connect, counted, type PushContext } from '../model/connect.js';
import { type AuditFinding, compare, countFindings, keyOf, type ShownBoard } from './findings.js';
import { type Mended, NOTHING_MENDED, repair } from './repair.js';
import { settleSuspects } from './settle-suspects.js';
import { judgeSuspects, ofKind } from './suspects.js';

const REPORTED = 200;

/** What --repair has done: lines that the next run sends again, and copies that were archived; and whether edits were to go too. */
export type Repaired = Mended & { archived: number; overwriteEdits: boolean };

/** The findings and what comes next; `repaired` is undefined where only a look was asked for. */
export function reportAudit(
  findings: readonly AuditFinding[],
  repaired: Repaired | undefined,
  customer?: string,
): string[] {
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
  return [
    ...lines,
    ...rest,
    ...(repaired === undefined ? adviceOf(findings, customer) : doneBy(findings, repaired, customer)),
  ];
}

const quote = (text: string | null): string => (text === null ? 'empty' : JSON.stringify(text));

const only = (customer: string | undefined): string[] => (customer === undefined ? [] : ['--customer', customer]);

function adviceOf(findings: readonly AuditFinding[], customer: string | undefined): string[] {
  const { missing, differing, surplus, edited } = countFindings(findings);
  const audit = ['--audit', ...only(customer), '--repair'];
  const own = missing + differing + surplus > 0 ? ['To mend what is ours:', `  ${taskCall('push', audit)}`] : [];
  const byHand =
    edited > 0
      ? ['To overwrite what was changed by hand:', `  ${taskCall('push', [...audit, '--overwrite-edits'])}`]
      : [];
  const ways = [...own, ...byHand];
  return ways.length > 0 ? ways : ['None of it is ours to mend: look at it on the board.'];
}

/** A sentence for each kind that was found: what was repaired, and what was left. */
function doneBy(findings: readonly AuditFinding[], repaired: Repaired, customer: string | undefined): string[] {
  const found = countFindings(findings);
  // Only the source knows which lines are in scope, and an audit does not read it.
  const again = (kind: keyof Mended): string =>
    repaired[kind] === 1
      ? 'the next run sends it again, unless its line is out of scope by now'
      : 'the next run sends them again, but for lines that are out of scope by now';
  const kinds: readonly [number, string][] = [
    [found.missing, part('missing', repaired.missing, found.missing, again('missing'))],
    [found.differing, part('differing', repaired.differing, found.differing, again('differing'))],
    [
      found.edited,
      repaired.overwriteEdits
        ? part('edited', repaired.edited, found.edited, again('edited'))
        : `edited: ${found.edited} left as a planner made them; --overwrite-edits overwrites them.`,
    ],
    [found.surplus, part('surplus', repaired.archived, found.surplus, 'archived on the board')],
    [found.foreign, `foreign: ${found.foreign} left alone: no send of ours made them.`],
    [found.unread, `unread: ${found.unread} could not be read, so nothing was concluded.`],
  ];
  const sent = repaired.missing + repaired.differing + repaired.edited;
  const run = sent > 0 ? syncCall(only(customer)) : undefined;
  return [
    ...kinds.filter(([count]) => count > 0).map(([, sentence]) => sentence),
    ...(run === undefined ? [] : ['That run:', `  ${run}`]),
  ];
}

function part(kind: string, done: number, found: number, what: string): string {
  const left = found - done;
  const rest =
    left > 0
      ? ` ${left} could not be mended now: finish the open batches of their customers, then run the audit again.`
      : '';
  return done === 0 ? `${kind}:${rest}` : `${kind}: ${done} of ${found}, ${what}.${rest}`;
}

/** Reads the whole board back, compares it with the ledger, and repairs what is ours on request. */
export async function runAudit(context: PushContext, flags: AuditFlags): Promise<Outcome> {
  const { settings, signal, log, clock } = context;
  const warehouse = await context.warehouse();
  return withBoard(
    warehouse,
    settings.MONDAY_BOARD_ID,
    { waitMs: settings.LOCK_WAIT, signal, log, clock },
    async () => {
      const connection = await connect(context, warehouse, signal);
      return counted(connection, () => auditBoard(connection, flags, settings.MONDAY_SETTLE_WAIT));
    },
  );
}

async function readShown(
  { reader }: Connection,
  { boardId, ...of }: Pick<ShownBoard, 'columns' | 'key'> & { boardId: string },
): Promise<ShownBoard> {
  const unread: UnreadItem[] = [];
  return { ...of, items: await reader.allItems(boardId, [...of.columns.keys(), ...of.key.others], unread), unread };
}

const byParent = (subitems: readonly BoardItem[]) => groupBy(subitems, ({ parentId }) => parentId ?? '');

/**
 * Under a mapping without sizes the board of the subitems is not read. What planners have put under an item that may be a
 * surplus copy must not be archived with it.
 */
async function underCopies(
  { reader, mapping }: Connection,
  suspects: readonly Suspect[],
  items: readonly BoardItem[],
): Promise<ReadonlyMap<string, readonly BoardItem[]>> {
  const keys = new Set(suspects.map(({ place }) => place.key));
  const copies = items.filter(({ values }) => keys.has(values.get(mapping.item.key.id)?.text ?? ''));
  return reader.subitemsOf(
    copies.map(({ id }) => id),
    subitemKeyColumns(mapping),
  );
}

async function auditBoard(connection: Connection, flags: AuditFlags, settleMs: number): Promise<Outcome> {
  const { warehouse, ledger, mapping, boardId, clock, log, pace } = connection;
  await refuseOtherBoard(warehouse, boardId);
  const board = await readBoard(connection);
  const customer =
    flags.customer === undefined ? undefined : (await customersAsked(warehouse, mapping, flags.customer))[0];
  const all = await ledger.all(warehouse);
  const chosen = all.filter((entry) => customer === undefined || entry.customer === customer);
  const keys = new Set(chosen.map(({ place }) => place.key));
  const shown = await readShown(connection, { boardId, columns: board.items, key: mapping.item.key });
  const { subitemsBoardId } = board;
  const sizes =
    mapping.subitem === undefined || subitemsBoardId === undefined
      ? undefined
      : await readShown(connection, {
          boardId: subitemsBoardId,
          columns: board.subitems,
          key: mapping.subitem.key,
        });
  const hidden = [...shown.unread, ...(sizes?.unread ?? [])];
  for (const { id, failure } of hidden)
    log.warn(`What the board has of item ${id} could not be read: ${wordsOf(failure)}`);
  const suspects = (await ledger.suspects(warehouse)).filter(({ place }) =>
    place.kind === 'group' ? customer === undefined : keys.has(place.key),
  );
  const { groupTitles } = board;
  const { items } = shown;
  const under = sizes === undefined ? await underCopies(connection, suspects, items) : byParent(sizes.items);
  const subitemsOf = (id: string) => under.get(id) ?? [];
  // Anything that the board does not return may be the copy in question, or be under it.
  const judged =
    hidden.length > 0 ? [] : judgeSuspects(suspects, { mapping, entries: all, items, subitemsOf, groupTitles });
  const surplus = new Set(judged.flatMap(({ judgement }) => (judgement.kind === 'surplus' ? judgement.ids : [])));
  const findings = [
    ...compare(all.filter(ofKind('item')), shown, surplus),
    ...(sizes === undefined ? [] : compare(all.filter(ofKind('size')), sizes, surplus)),
  ].filter(({ place }) => (place === null ? customer === undefined : keys.has(place.key)));
  const { overwriteEdits } = flags;
  const mended = flags.repair
    ? await repair(connection, { findings, entries: all, overwriteEdits, now: clock.now() })
    : NOTHING_MENDED;
  const archived = await settleSuspects(connection, judged, { settleMs, archive: flags.repair });
  const repaired = mended.missing + mended.differing + mended.edited + archived;
  const counts = countFindings(findings);
  const isLeft =
    archived < counts.surplus ||
    mended.missing < counts.missing ||
    mended.differing < counts.differing ||
    (overwriteEdits && mended.edited < counts.edited);
  return {
    lines: reportAudit(findings, flags.repair ? { ...mended, archived, overwriteEdits } : undefined, customer),
    outputs: { status: 'AUDITED', entries: chosen.length, ...counts, repaired, ...pace.totals },
    rowErrors: counts.unread > 0 || (flags.repair ? isLeft : findings.some(({ kind }) => kind !== 'foreign')),
  };
}
