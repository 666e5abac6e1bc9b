import type { SourceLayout } from '../../shared/lines/layout.js';
import { compileCancelled, compileScope, type RowTest } from '../../shared/mapper/scope.js';
import { compileUnknownName, wordsOf } from '../../shared/mapper/unknown-names.js';
import { groupParts } from '../../shared/mapping/group-parts.js';
import type { ItemColumn, Mapping } from '../../shared/mapping/mapping.js';
import { hasLabels } from '../../shared/mapping/mapping-checks.js';
import { customerColumns, identityColumns } from '../../shared/mapping/mapping-version.js';
import { columnRules } from '../../shared/mapping/rules.js';
import { isTextType } from '../../shared/warehouse/port/sql-types.js';
import type { ArrayRow, ColumnInfo } from '../../shared/warehouse/port/warehouse.js';
import type { EditKind } from './edit-plan.js';

/** A column that an edit sets, and the text it is set to. */
export interface Setting {
  readonly column: string;
  readonly text: string | null;
}

/** What each kind of edit sets in a table that a mapping reads; a kind that is absent is not possible in it. */
export type EditRoles = Readonly<Partial<Record<EditKind, readonly Setting[]>>>;

const NEW_NOTE = 'CHECK AGAIN BEFORE 01.09.25';
/** What a number is typed like and no number is. */
const UNREADABLE = '12,50 EUR';

/** Finds in a mapping the columns for edits as planners make them. `filled` counts the cells of a column that hold something. */
export function editRoles(
  mapping: Mapping,
  live: readonly ColumnInfo[],
  filled: (column: string) => number,
): EditRoles {
  const { item, source, scope, cancelled } = mapping;
  const texts = new Set(live.filter(({ dataType }) => isTextType(dataType)).map(({ name }) => name));
  const rules = columnRules({ kind: 'all', rules: [scope, cancelled] });
  const named = new Set([
    ...[...identityColumns(source), ...customerColumns(source), source.orderNumber],
    ...[...source.businessKey, ...source.purchaseOrder, ...item.name.parts],
    ...groupParts(item.group).flatMap(({ columns }) => columns),
    ...rules.map(({ column }) => column),
  ]);
  const free = item.columns.filter(
    (column) => !named.has(column.source) && texts.has(column.source) && column.required === undefined,
  );
  const note = first(free, ({ type, rule }) => type === 'long_text' && rule === 'trim') ?? first(free, isPlainText);
  const clearable = [...free]
    .filter((column) => isPlainText(column) && column.type === 'text' && column !== note)
    .sort((a, b) => filled(b.source) - filled(a.source))[0];
  const number = first(free, ({ type, rule }) => type === 'numbers' && rule === 'number');
  const set = (column: ItemColumn | undefined, text: string | null): Setting[] =>
    column === undefined ? [] : [{ column: column.source, text }];
  const groups = groupParts(item.group)
    .flatMap(({ columns }) => columns.slice(0, 1))
    .slice(0, 1)
    .filter((column) => texts.has(column) && takesAnyText(mapping, column));
  return {
    'line cancelled': columnRules(cancelled).flatMap(({ column, in: words = [] }) =>
      words.map((text) => ({ column, text })),
    ),
    'text changed': set(note, NEW_NOTE),
    'text cleared': set(clearable, null),
    'group changed': groups.map((column) => ({ column, text: newGroup(column) })),
    'number unreadable': set(number, UNREADABLE),
    'word unknown': columnRules(scope)
      .filter(({ column, in: words }) => words !== undefined && texts.has(column))
      .map(({ column }) => ({ column, text: misspelt(wordsOf(mapping, column)) })),
  };
}

const first = (columns: readonly ItemColumn[], test: (column: ItemColumn) => boolean): ItemColumn | undefined =>
  columns.find(test);

const isPlainText = ({ type, rule, values, maxLength = 255 }: ItemColumn): boolean =>
  (type === 'text' || type === 'long_text') &&
  (rule === 'trim' || rule === 'trim_and_clean') &&
  values.length === 0 &&
  maxLength >= NEW_NOTE.length;

/** Whether a column may hold a text that nobody has seen before. */
function takesAnyText(mapping: Mapping, column: string): boolean {
  const shown = mapping.item.columns.filter(({ source }) => source === column);
  const isTested = columnRules({ kind: 'all', rules: [mapping.scope, mapping.cancelled] }).some(
    (rule) => rule.column === column,
  );
  const { source } = mapping;
  const inKey = [...source.businessKey, ...customerColumns(source), ...identityColumns(source)].includes(column);
  return (
    !isTested &&
    !inKey &&
    shown.every(({ type, rule, createLabels, maxLength = 255 }) => {
      const takesText = rule === 'trim' || rule === 'trim_and_clean' || rule === 'label';
      return takesText && maxLength >= 30 && (hasLabels(type) ? createLabels : type === 'text' || type === 'long_text');
    })
  );
}

const newGroup = (column: string): string => (/season/i.test(column) ? '2027 RESORT' : `${column.slice(0, 20)} 2027`);

/** The longest word with one of two equal letters, as CANCELED, or with two letters in each other's place, as RELAESED. */
function misspelt(words: readonly string[]): string {
  const longest = [...words].sort((a, b) => b.length - a.length)[0] ?? '';
  const short = longest.replace(/(.)\1/, '$1');
  return short === longest ? longest.replace(/^(.{0,3})(.)(.)/, '$1$3$2') : short;
}

/** Compiles the function that says which kinds of edit a line takes, with what they set in it. */
export function compileSettings(
  mapping: Mapping,
  layout: SourceLayout,
  roles: EditRoles,
): (row: ArrayRow) => Partial<Record<EditKind, Setting>> {
  const inScope = compileScope(mapping, layout);
  const cancelled = compileCancelled(mapping, layout);
  const unknown = compileUnknownName(mapping, layout);
  const [customer] = customerColumns(mapping.source);
  const isTold = (row: ArrayRow, column: string): boolean => {
    const name = inScope(row) ? undefined : unknown(row);
    return name !== undefined && ('word' in name ? name.column : customer) === column;
  };
  return (row) => {
    const changed = ({ column, text }: Setting): ArrayRow => row.with(layout.position(column), text);
    const differs = ({ column, text }: Setting): boolean => row[layout.position(column)] !== text;
    const chosen = (kind: EditKind, test: (setting: Setting) => boolean) => {
      const setting = roles[kind]?.find((each) => differs(each) && test(each));
      return setting === undefined ? {} : { [kind]: setting };
    };
    const always = () => true;
    return {
      ...chosen('line cancelled', (setting) => holds([inScope, cancelled], changed(setting))),
      ...chosen('text changed', always),
      ...chosen('text cleared', ({ column }) => (row[layout.position(column)] ?? '') !== ''),
      ...chosen('group changed', always),
      ...chosen('number unreadable', always),
      ...chosen('word unknown', (setting) => isTold(changed(setting), setting.column)),
      ...(customer === undefined
        ? {}
        : renaming(row, { column: customer, position: layout.position(customer) }, isTold)),
    };
  };
}

const holds = (tests: readonly RowTest[], row: ArrayRow): boolean => tests.every((test) => test(row));

function renaming(
  row: ArrayRow,
  { column, position }: { column: string; position: number },
  isTold: (row: ArrayRow, column: string) => boolean,
): Partial<Record<EditKind, Setting>> {
  const text = `${String(row[position] ?? '')} INTERNATIONAL`;
  return isTold(row.with(position, text), column) ? { 'customer renamed': { column, text } } : {};
}
