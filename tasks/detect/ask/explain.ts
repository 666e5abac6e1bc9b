import type { Outcome } from '../../../shared/runtime/task.js';
import { changesOfLines, type LineChange } from '../../../shared/store/change-figures.js';
import { itemsOfLines, type LineItem } from '../../../shared/store/ledger.js';
import { linesOfUuid } from '../../../shared/store/snapshot-look-ups.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';

/** Every change that was found for a line, newest first, by its line key or any uuid it had. */
export async function explainLine(warehouse: Warehouse, uuid: string, json: boolean): Promise<Outcome> {
  const lineKeys = await linesOfUuid(warehouse, uuid);
  const items = await itemsOfLines(warehouse, lineKeys);
  const changes = await changesOfLines(warehouse, lineKeys);
  if (json) return { lines: [JSON.stringify({ uuid, lineKeys, items, changes })] };
  const lists = lineKeys.map((lineKey) =>
    describeLine(
      lineKey,
      items.filter((item) => item.lineKey === lineKey),
      changes.filter((change) => change.lineKey === lineKey),
    ),
  );
  return {
    lines: lists.length === 0 ? [`Neither the snapshot nor a change set that is kept has ${uuid}.`] : lists.flat(),
  };
}

function describeLine(lineKey: string, items: readonly LineItem[], changes: readonly LineChange[]): string[] {
  const place = items.map(describeItem).join(', ');
  const found = changes.length === 0 ? ['No change set that is kept names it.'] : changes.flatMap(describeChange);
  return [`line ${lineKey}  ${place === '' ? 'not on a board' : place}`, ...found];
}

function describeItem({ boardId, itemId, archived }: LineItem): string {
  if (itemId === null) return archived ? `archived on board ${boardId}` : `not made yet on board ${boardId}`;
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
