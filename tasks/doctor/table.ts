import { EXIT_FIX } from '../../shared/ground/exit-codes.js';
import { UsageError } from '../../shared/runtime/parse-flags.js';
import type { Outcome } from '../../shared/runtime/task.js';
import { type ListColumn, tableLines } from '../../shared/runtime/terminal.js';
import { compareTable, type TablePart } from '../../shared/store/schema/compare.js';
import { mappedColumns } from '../../shared/store/schema/mapped-columns.js';
import { warehouseTables } from '../../shared/store/schema/tables.js';
import type { TableInfo } from '../../shared/warehouse/port/warehouse.js';
import type { Site } from './site.js';

const NOTHING: TableInfo = { columns: [], primaryKey: [], indexes: [], foreignKeys: [] };

/** `--table T`: each column, key and index as it is beside what it should be. */
export async function showTable(site: Site, name: string, json: boolean): Promise<Outcome> {
  const tables = warehouseTables(mappedColumns(await site.mapping.get()));
  const table = tables.find((each) => each.name.toUpperCase() === name.toUpperCase());
  if (table === undefined)
    throw new UsageError(`--table: there is no table ${name}; ours are ${tables.map((each) => each.name).join(', ')}`);
  const database = await site.warehouse.get();
  const live = (await database.describeTables([table.name])).get(table.name) ?? NOTHING;
  const columns = compareTable(database.engine, table, live);
  const drifted = columns.filter(({ state }) => state === 'missing' || state === 'differs').length;
  return {
    lines: json ? [JSON.stringify({ table: table.name, columns })] : partLines(columns),
    onTerminal: (terminal) => tableLines(terminal, COLUMNS, columns),
    outputs: { table: table.name, findings: drifted },
    ...(drifted > 0 ? { exitCode: EXIT_FIX } : {}),
  };
}

const nameOf = ({ kind, name }: TablePart): string => (kind === 'column' ? name : `${kind} ${name}`);

const COLUMNS: readonly ListColumn<TablePart>[] = [
  {
    heading: 'STATE',
    cell: ({ state }) => (state === 'agrees' ? 'ok' : STATES[state]),
    style: ({ state }) => (({ agrees: 'green', missing: 'red', differs: 'red', other: 'dim' }) as const)[state],
  },
  { heading: 'COLUMN', cell: nameOf, shrinksTo: 24 },
  { heading: 'IS', cell: ({ live }) => live ?? '-', shrinksTo: 12 },
  { heading: 'SHOULD BE', cell: ({ expected }) => expected ?? '-', shrinksTo: 12, yields: true },
];

function partLines(columns: readonly TablePart[]): string[] {
  const rows = columns.map((part) => [STATES[part.state], nameOf(part), part.live ?? '-', part.expected ?? '-']);
  const all = [['', 'column', 'is', 'should be'], ...rows];
  const widths = [0, 1, 2].map((place) => Math.max(...all.map((row) => (row[place] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const STATES: Readonly<Record<TablePart['state'], string>> = {
  agrees: '',
  missing: 'missing',
  differs: 'differs',
  other: 'not ours',
};
