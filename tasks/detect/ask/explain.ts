import { timeText } from '../../../shared/ground/clock.js';
import { printable } from '../../../shared/ground/text.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { type ListColumn, type Terminal, tableLines } from '../../../shared/runtime/terminal.js';
import { changesOfLines, type LineChange } from '../../../shared/store/change-figures.js';
import { type FailureOfLine, failuresOfLines } from '../../../shared/store/failure-reports.js';
import { itemsOfLines, type LineItem } from '../../../shared/store/ledger.js';
import { describeFrozen, describeOrder, describeRows } from './explain-unsound.js';
import { type Asking, type ExplainedLine, findLines } from './find-lines.js';

/** The most matching lines that are listed. */
const LISTED = 20;
/** Resolved failures: the latest of a line. */
const OVER = 3;

/** What is recorded about one line in addition to its state. */
interface Known {
  items: readonly LineItem[];
  failures: readonly FailureOfLine[];
  changes: readonly LineChange[];
  /** Why it is left as it is for now, as lines of text. */
  frozen: readonly string[];
}

/** Everything that is known about a line; if several match, a list of them. */
export async function explainLine(asking: Asking, asked: string, json: boolean): Promise<Outcome> {
  const { warehouse } = asking;
  const { lines: found, rows, identity } = await findLines(asking, asked);
  const lineKeys = found.map(({ lineKey }) => lineKey);
  const told = found.length > 1 && !json ? [] : lineKeys;
  const items = await itemsOfLines(warehouse, lineKeys);
  const failures = await failuresOfLines(warehouse, told);
  const changes = await changesOfLines(warehouse, told);
  if (json)
    return {
      lines: [JSON.stringify({ uuid: asked, lineKeys, items: items.filter(isItem), changes, found, rows, failures })],
    };
  const [only] = found;
  const unsound = describeRows(rows, identity);
  if (only === undefined && rows.length > 0) return { lines: unsound };
  if (only === undefined)
    return {
      lines: [
        `Nothing is known of ${asked}: no line of the source, the snapshot or a change set that is kept has it as uuid, line key, order number, PO or style, and no item has this id.`,
      ],
    };
  if (found.length > 1)
    return {
      lines: [...unsound, ...list(asked, found, items)],
      onTerminal: (terminal) => [...unsound.map(printable), ...drawnList(terminal, asked, found, items)],
    };
  const frozen = describeFrozen(only, identity, asking.mapping);
  return { lines: [...unsound, ...describeLine(only, { items, failures, changes, frozen }, asking)] };
}

function list(asked: string, found: readonly ExplainedLine[], items: readonly LineItem[]): string[] {
  const rows = found
    .slice(0, LISTED)
    .map((line) => `${line.lineKey}  ${line.customer}  ${namesOf(line)}  ${placeOf(line, items)}`);
  return framed(asked, found.length, rows);
}

function drawnList(
  terminal: Terminal,
  asked: string,
  found: readonly ExplainedLine[],
  items: readonly LineItem[],
): string[] {
  const columns: readonly ListColumn<ExplainedLine>[] = [
    { heading: 'LINE', cell: ({ lineKey }) => lineKey },
    { heading: 'CUSTOMER', cell: ({ customer }) => customer, shrinksTo: 12 },
    { heading: 'NAMES', cell: namesOf, yields: true },
    { heading: 'BOARD', cell: (line) => placeOf(line, items), yields: true },
  ];
  return framed(printable(asked), found.length, tableLines(terminal, columns, found.slice(0, LISTED)));
}

function framed(asked: string, count: number, rows: readonly string[]): string[] {
  const rest = count - LISTED;
  return [
    `${count} lines have ${asked}. Say which by its line key:`,
    ...rows,
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ];
}

const namesOf = ({ names }: ExplainedLine): string => names.map(({ text }) => text).join(' | ');

function placeOf({ lineKey }: ExplainedLine, items: readonly LineItem[]): string {
  const item = items.find((each) => isItem(each) && each.lineKey === lineKey);
  return item === undefined ? 'not on a board' : describeItem(item);
}

function describeLine(line: ExplainedLine, { items, failures, changes, frozen }: Known, asking: Asking): string[] {
  const place = items.filter(isItem).map(describeItem).join(', ');
  return [
    `line ${line.lineKey}  ${place === '' ? 'not on a board' : place}`,
    describeOrder(line),
    `    source: ${describeSource(line)}`,
    ...frozen,
    `    snapshot: ${describeSnapshot(line)}`,
    ...describeSends(items),
    ...describeFailures(failures, asking),
    ...(changes.length === 0 ? ['No change set that is kept names it.'] : changes.flatMap(describeChange)),
  ];
}

function describeSource({ source, snapshot }: ExplainedLine): string {
  if (source.state === 'unread') return `not read. ${source.why}`;
  if (source.state === 'repeated') return `${source.rows} rows have its uuid, so none of them is taken for it`;
  if (source.state === 'gone')
    return snapshot?.missingSince ? `gone, first missed ${timeText(snapshot.missingSince)}` : 'not there';
  if (!source.inScope) return 'there, out of scope: it is not updated on the board';
  if (snapshot?.hash === undefined || snapshot.hash === null) return 'there, in scope';
  return source.hash === snapshot.hash
    ? 'there, in scope, as the board has acknowledged it'
    : 'there, in scope, different from what the board has acknowledged';
}

function describeSnapshot({ snapshot, source, frozen }: ExplainedLine): string {
  if (snapshot === undefined) return 'not known: it was never pushed';
  const { hash, at, mappingVersion, batchId, deletedAt } = snapshot;
  if (deletedAt !== null) return `deleted ${timeText(deletedAt)}${ofBatch(batchId)}`;
  const isLeft = source.state === 'there' && !source.inScope;
  return hash === null
    ? `not acknowledged: the board does not show it as a whole${isLeft || frozen !== undefined ? '' : ', so the next run takes it up'}`
    : `acknowledged ${timeText(at)}${ofBatch(batchId)}, mapping ${mappingVersion}`;
}

/** When the line's item and sizes were last sent, and what was not answered. */
function describeSends(items: readonly LineItem[]): string[] {
  return items
    .filter(({ sentAt, size, unresolved }) => sentAt !== null && (size === '' || unresolved !== null))
    .map(({ size, sentAt, batchId, unresolved, tries }) => {
      const what = size === '' ? 'sent' : `sent size ${size}`;
      const open = unresolved === null ? 'answered' : `${unresolved} not answered, tried ${tries} times`;
      return `    ${what}: last ${sentAt === null ? '' : timeText(sentAt)}${ofBatch(batchId)}, ${open}`;
    });
}

function describeFailures(failures: readonly FailureOfLine[], { retryAfterMs, now }: Asking): string[] {
  const open = failures.filter(({ resolvedAt }) => resolvedAt === null);
  const over = failures.filter(({ resolvedAt }) => resolvedAt !== null).slice(0, OVER);
  return [...open, ...over].flatMap((failure) => {
    const { severity, step, reason, column, size, requestId, since, lastSeen, resolvedAt, message } = failure;
    const where = [column === null ? '' : `column ${column}`, size === '' ? '' : `size ${size}`].filter(
      (part) => part !== '',
    );
    const until = new Date(lastSeen.getTime() + retryAfterMs);
    const state = ((): string => {
      if (resolvedAt !== null) return `put right ${timeText(resolvedAt)}`;
      if (severity !== 'ERROR') return 'a warning: the line went on';
      return until > now ? `held back until ${timeText(until)} unless it changes` : 'tried again by the next run';
    })();
    const head = [`${severity === 'ERROR' ? 'refused' : 'noticed'}: ${step} ${reason}`, ...where].join(', ');
    const request = requestId === null ? '' : ` (request ${requestId})`;
    return [`    ${head}, since ${timeText(since)}, ${state}`, `        ${message}${request}`];
  });
}

const isItem = ({ size }: LineItem): boolean => size === '';

function describeItem({ boardId, itemId, archived }: LineItem): string {
  if (itemId === null) return archived ? `archived on board ${boardId}` : `not created yet on board ${boardId}`;
  return `item ${itemId} on board ${boardId}`;
}

function describeChange(change: LineChange): string[] {
  const batch =
    change.batchId === null ? `change set ${change.state}` : `batch ${change.batchId} ${change.batchStatus}`;
  const marks = [change.kind === 'RESTORE' ? 'restore' : '', change.dry ? 'dry' : '', change.held ? 'held back' : ''];
  const told = marks.filter((mark) => mark !== '').join(', ');
  const head = `${change.at}  ${change.change} (${change.reason})  ${change.customer}  run ${change.runId}  ${batch}${told === '' ? '' : `  ${told}`}`;
  const moves = [
    ...(change.oldCustomer === null ? [] : [`    customer: ${change.oldCustomer} -> ${change.customer}`]),
    ...(change.oldUuid === null ? [] : [`    record_uuid: ${change.oldUuid} -> ${change.recordUuid}`]),
  ];
  const details = change.differences?.map(
    ({ kind, name, before, after }) => `    ${kind} ${name}: ${before ?? '(empty)'} -> ${after ?? '(empty)'}`,
  );
  return [head, ...moves, ...(details ?? [])];
}

const ofBatch = (batchId: string | null): string => (batchId === null ? '' : ` in batch ${batchId}`);
