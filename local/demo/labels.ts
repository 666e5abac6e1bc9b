import { compileMapping } from '../../shared/mapper/map-line.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { hasLabels } from '../../shared/mapping/mapping-checks.js';
import { LABEL_LIMITS } from '../board/labels.js';
import { arranged } from '../orders/arranged.js';
import type { Orders } from '../orders/sample.js';
import type { BoardControl } from './board-control.js';

/** The labels of a column that order lines need. */
type Needed = Map<string, Set<string>>;

/**
 * Gives the board the labels that the lines need and push may not create: on a real board planners have made them.
 * Gives how many there are.
 */
export async function addLabels(board: BoardControl, mapping: Mapping, orders: Orders): Promise<number> {
  const known = await board.labels();
  let added = 0;
  for (const [side, needed] of Object.entries(await neededLabels(mapping, orders))) {
    for (const [column, labels] of needed) {
      const { type = 'dropdown', labels: there = [] } = known[side as 'items' | 'subitems'].get(column) ?? {};
      const limit = LABEL_LIMITS[type === 'status' ? 'status' : 'dropdown'];
      const missing = [...labels].filter((label) => !there.includes(label)).slice(0, Math.max(0, limit - there.length));
      for (const label of missing) await board.addLabel(column, side as 'items' | 'subitems', label);
      added += missing.length;
    }
  }
  return added;
}

async function neededLabels(mapping: Mapping, { columns, rows }: Orders): Promise<{ items: Needed; subitems: Needed }> {
  const closed = mapping.item.columns.filter(({ type, createLabels }) => hasLabels(type) && !createLabels);
  const items: Needed = new Map(closed.map(({ id }) => [id, new Set()]));
  const { layout, arrange } = arranged(mapping, columns);
  const read = compileMapping(mapping, layout);
  for await (const row of rows()) {
    const { inScope, values } = read(arrange(row));
    if (!inScope) continue;
    for (const [id, labels] of items) {
      const text = values.get(id);
      if (text != null) labels.add(text);
    }
  }
  const ofSizes = (mapping.subitem?.columns ?? []).filter(
    ({ type, value, createLabels }) => value === 'label' && hasLabels(type) && !createLabels,
  );
  return { items, subitems: new Map(ofSizes.map(({ id }) => [id, new Set(layout.sizes)])) };
}
