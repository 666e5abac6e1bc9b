import { plural, printable } from '../../../../shared/ground/text.js';
import { taskCall } from '../../../../shared/runtime/called.js';
import { painted, type Terminal, wrapped } from '../../../../shared/runtime/terminal.js';
import { listed, ofFile } from '../../finding.js';
import type { ChangedColumn, FileChanges, LineChanges, MappingDiff } from './report.js';

interface Section {
  heading: string;
  lines: readonly string[];
}

const INDENT = 2;
const MOST = 20;

export function plainDiff(diff: MappingDiff): string[] {
  return sectionsOf(diff).flatMap(({ heading, lines }) => [heading, ...lines.map((line) => ' '.repeat(INDENT) + line)]);
}

export function drawnDiff(terminal: Terminal, diff: MappingDiff): string[] {
  return sectionsOf(diff).flatMap(({ heading, lines }, place) => [
    ...(place === 0 ? [] : ['']),
    painted(terminal, 'bold', printable(heading)),
    ...lines.flatMap((line) => wrapped(terminal, printable(line), INDENT)),
  ]);
}

function sectionsOf(diff: MappingDiff): Section[] {
  const { old, new: fresh, files, lines, forecast, notCompared, findings } = diff;
  const same = old.version === fresh.version ? ', the same board' : '';
  const all: Section[] = [
    { heading: `${old.file} (${old.version}) -> ${fresh.file} (${fresh.version})${same}`, lines: [] },
    { heading: 'Columns of the boards', lines: files.columns.map(columnLine) },
    { heading: 'Other parts of the file', lines: files.parts.map((part) => `${part.path}: ${arrow(part)}`) },
    { heading: 'Customers of the file', lines: customerLines(files.customers) },
    { heading: 'Lines', lines: lines === null ? [] : scopeLines(lines) },
    { heading: 'Values that the board would show differently', lines: lines === null ? [] : valueLines(lines) },
    {
      heading: 'Cost of sending it with --full, without reads',
      lines: forecast === null ? [] : costLines(forecast),
    },
    {
      heading: 'Table and board',
      lines: ofFile(findings, fresh.file).map(
        ({ severity, what, remedy, code }) => `${severity}: ${what} ${remedy} [${code}]`,
      ),
    },
    { heading: 'Not compared', lines: notCompared },
    { heading: 'Next', lines: nextLines(diff) },
  ];
  const [head, ...rest] = all;
  const told = rest.filter((section) => section.lines.length > 0);
  return head === undefined ? told : [head, ...told];
}

function columnLine({ board, id, title, change, key, before, after }: ChangedColumn): string {
  const what = key === null ? (after ?? before) : `${key} ${arrow({ before, after })}`;
  return `${change} of the ${board}: "${title}" (${id}): ${what}`;
}

function customerLines({ added, removed, changed }: FileChanges['customers']): string[] {
  return [
    ...named('added', added),
    ...named('removed', removed),
    ...changed.map((each) =>
      [`${each.name}:`, ...named('also', each.added), ...named('no longer', each.removed)].join(' '),
    ),
  ];
}

function scopeLines({ read, inScope, customers, ...lines }: LineChanges): string[] {
  const { appearing, disappearing, renamed } = customers;
  const counted = (each: { name: string; lines: number }) => `${each.name} (${plural(each.lines, 'line')})`;
  const problem = (each: { column: string; reason: string; lines: number }) =>
    `${each.column} ${each.reason} (${plural(each.lines, 'line')})`;
  return [
    `${plural(read, 'row')} read; ${inScope.before} in scope before, ${inScope.after} after`,
    `${lines.changed} would show something else on the board`,
    ...told(lines.entering, 'come into scope: the next run makes their items'),
    ...told(lines.leaving, 'leave scope: they stay on the board and are no longer updated'),
    ...told(lines.accepted, 'were rejected and no longer are'),
    ...named('rejected from now on:', lines.rejected.map(problem)),
    ...named('with a new warning:', lines.warned.map(problem)),
    ...named('customers that appear:', appearing.map(counted)),
    ...named('customers that disappear:', disappearing.map(counted)),
    ...named(
      'customers with another name:',
      renamed.map((each) => `${each.before} -> ${each.after} (${plural(each.lines, 'line')})`),
    ),
    ...named('size columns that are new:', lines.sizes.added),
    ...named('size columns that are none any more:', lines.sizes.removed),
  ];
}

function valueLines({ values }: LineChanges): string[] {
  return values.flatMap(({ board, column, lines, examples }) => [
    `${column}${board === 'subitems' ? ' of the sizes' : ''}: ${plural(lines, 'line')}`,
    ...examples.map((each) => `- ${each.line}  ${arrow(quoted(each))}`),
  ]);
}

function costLines(forecast: NonNullable<MappingDiff['forecast']>): string[] {
  const { dailyShare, lines, requests, points, minutes } = forecast;
  const share = dailyShare === undefined ? '' : `, ${(dailyShare * 100).toFixed(1)} % of the calls of a day`;
  return [
    `${plural(lines, 'line')} staged`,
    `items     ${forecast.itemsToCreate} to create, ${forecast.itemsToUpdate} to update, ${forecast.itemsToMove} to move`,
    `subitems  ${forecast.subitemsToCreate} to create, ${forecast.subitemsToUpdate} to update`,
    `${requests} requests, ${points} points, about ${minutes} minutes${share}`,
  ];
}

function nextLines({ files, full, notCompared, old, new: fresh }: MappingDiff): string[] {
  const boardUnseen = notCompared.some((each) => each.startsWith('The board'));
  const fresher = files.columns.filter(({ change }) => change === 'added').map(({ title, id }) => `"${title}" (${id})`);
  const fullCall = taskCall('detect', ['--full']);
  const next = [
    ...(boardUnseen ? named('Make on the board, unless they are there:', fresher) : []),
    ...(files.tables.length === 0
      ? []
      : [`\`${taskCall('migrate', [])}\` adds to our tables: ${listed(files.tables, MOST)}.`]),
    ...(full === 'needed'
      ? [`\`${fullCall}\` sends it all; without it, a line gets its new values when it changes.`]
      : []),
    ...(full === 'unknown'
      ? [`Whether \`${fullCall}\` is needed depends on the lines: compare with the table, or run it.`]
      : []),
    ...(full === 'not needed' && old.version !== fresh.version
      ? ['An ordinary run does it: --full is not needed.']
      : []),
  ];
  return next.length === 0 ? [] : [`Set MAPPING_FILE to ${fresh.file}. Then:`, ...next];
}

const told = (lines: number, what: string): string[] => (lines === 0 ? [] : [`${lines} ${what}`]);

function named(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what} ${listed(names, MOST)}`];
}

function arrow({ before, after }: { before: string | null; after: string | null }): string {
  return `${before ?? 'nothing'} -> ${after ?? 'nothing'}`;
}

function quoted({ before, after }: { before: string | null; after: string | null }) {
  const quote = (text: string | null) => (text === null ? null : JSON.stringify(text));
  return { before: quote(before), after: quote(after) };
}
