import { LongStep } from '../../../../shared/ground/activity.js';
import { type SourceLayout, sourceLayout } from '../../../../shared/lines/layout.js';
import { compileUuid } from '../../../../shared/lines/line-uuid.js';
import { compileMapping, type MappedLine } from '../../../../shared/mapper/map-line.js';
import type { Mapping } from '../../../../shared/mapping/mapping.js';
import { countSource, scanRows } from '../../../../shared/store/source.js';
import type { ArrayRow, ColumnInfo } from '../../../../shared/warehouse/port/warehouse.js';
import type { Site } from '../../site.js';
import { listChange } from './files.js';
import type { LineChanges } from './report.js';
import { DiffTally } from './tally.js';

/** Reads the source once, maps each row by both mappings, and counts what differs. */
export async function compareLines(
  site: Site,
  old: Mapping,
  live: readonly ColumnInfo[],
): Promise<{ lines: LineChanges; tally: DiffTally }> {
  const [database, fresh, table] = [await site.warehouse.get(), await site.mapping.get(), site.need('SOURCE_TABLE')];
  const [oldLayout, newLayout] = [sourceLayout(old, live), sourceLayout(fresh, live)];
  // The new mapping's columns come first, so that its rows are read as they are.
  const select = [...newLayout.select, ...oldLayout.select.filter((column) => !newLayout.select.includes(column))];
  const mapOld = compileFor(old, oldLayout, select);
  const mapNew = compileMapping(fresh, newLayout);
  const uuidOf = compileUuid(newLayout);
  const tally = new DiffTally(old, fresh);
  const { clock, log, signal } = site;
  const total = await countSource(database, table);
  const step = new LongStep({ what: 'Comparing', unit: 'rows', total, clock, log, where: {} });
  for await (const rows of scanRows(database, { table, live, select })) {
    signal.throwIfAborted();
    for (const row of rows) tally.add({ uuid: uuidOf(row) ?? '', old: mapOld(row), fresh: mapNew(row) });
    step.advance(rows.length);
  }
  step.end();
  return { lines: { ...tally.result(), sizes: listChange(oldLayout.sizes, newLayout.sizes) }, tally };
}

/** Maps rows of another selection, in which the columns of the layout stand elsewhere. */
function compileFor(mapping: Mapping, layout: SourceLayout, select: readonly string[]): (row: ArrayRow) => MappedLine {
  const map = compileMapping(mapping, layout);
  const places = layout.select.map((column) => select.indexOf(column));
  if (places.every((place, index) => place === index)) return map;
  return (row) => map(places.map((place) => row[place] ?? null));
}
