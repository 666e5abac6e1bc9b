import { sourceLayout } from '../../shared/lines/layout.js';
import { loadMapping, type Mapping } from '../../shared/mapping/mapping.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { type EditKind, planEdits } from './edit-plan.js';
import { readEditableLines } from './editable-lines.js';
import { EditedSource } from './edited-source.js';
import { SOURCE_TABLE } from './source-table.js';

export interface AppliedEdit {
  kind: EditKind;
  customer: string;
  /** The line as it is in the source now, or was until it was deleted. */
  uuid: string;
}

/**
 * Edits the source as planners and reloads would, all in one transaction, and returns what was done: each edit on a
 * line of its own.
 */
export async function applyEdits(
  warehouse: Warehouse,
  { mapping = loadMapping(), table = SOURCE_TABLE }: { mapping?: Mapping; table?: string } = {},
): Promise<AppliedEdit[]> {
  const columns = await warehouse.columns(table);
  const layout = sourceLayout(mapping, columns);
  const plan = planEdits(await readEditableLines(warehouse, mapping, layout, table));
  const source = new EditedSource(layout, columns, table);
  return warehouse.transaction(async (transaction) => {
    const applied: AppliedEdit[] = [];
    for (const { kind, customer, line } of plan) {
      applied.push({ kind, customer, uuid: await source.apply(transaction, kind, line) });
    }
    return applied;
  });
}

/** How many lines each kind of edit touched, per customer. */
export function countEdits(edits: readonly AppliedEdit[]): { customer: string; kind: EditKind; lines: number }[] {
  const counts = new Map<string, { customer: string; kind: EditKind; lines: number }>();
  for (const { customer, kind } of edits) {
    const key = `${customer}\n${kind}`;
    const count = counts.get(key) ?? { customer, kind, lines: 0 };
    count.lines += 1;
    counts.set(key, count);
  }
  return [...counts.values()];
}
