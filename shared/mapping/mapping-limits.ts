import type { Engine } from '../warehouse/port/sql-types.js';
import { fold } from './fold.js';
import { groupParts } from './group-parts.js';
import type { MappingFault, MappingPath } from './mapping-file.js';
import type { MappingText } from './mapping-schema.js';
import { customerColumns, hashedColumns } from './mapping-version.js';
import { columnRules, NAME_LENGTH } from './rules.js';

/** The longest name of a column. PostgreSQL would cut a longer one, and with it the end that tells two names apart. */
const COLUMN_NAMES = {
  mssql: { most: 128, unit: 'characters', sizeOf: (name: string) => name.length },
  postgres: { most: 63, unit: 'bytes', sizeOf: (name: string) => Buffer.byteLength(name) },
} as const;
type ColumnNames = (typeof COLUMN_NAMES)[Engine];
/** The mark that raw values have in the staging table, RAW_PREFIX: so much shorter are the names of columns kept there. */
const RAW_MARK = 4;
/**
 * Columns that our tables have beside those of a mapping; tests/shared/store/schema/taken-names.test.ts holds them against
 * the tables.
 */
export const OWN_COLUMNS = {
  /** Beside source columns: in the snapshot, and in the lines of a restore. */
  kept: [
    ...['line_key', 'record_uuid', 'row_hash', 'mapping_version', 'customer', 'snapshot_date', 'missing_since'],
    ...['deleted_at', 'batch_id', 'sizes', 'run_id'],
  ],
  /** Beside titles: in staging and production. */
  board: [
    ...['batch_id', 'line_key', 'record_uuid', 'old_uuid', 'row_hash', 'mapping_version', 'promoted_at'],
    ...['Group', 'Title', 'Item ID', 'stg_status', 'stg_change', 'stg_reason', 'stg_dry', 'stg_cancelled'],
    ...['stg_action', 'stg_monday_item_id', 'stg_error_message', 'stg_request_id', 'stg_processed_date'],
    ...['stg_customer', 'stg_absent_columns', 'stg_absent_sizes'],
  ],
} as const;
/** Characters that a status column takes as a label. */
const STATUS_LABEL_LENGTH = 30;

/**
 * Names that our tables or the board do not take, and names that mean nothing. Without an engine, names that no engine
 * takes.
 */
export function limitFaults(mapping: MappingText, engine: Engine = 'mssql'): MappingFault[] {
  const names = COLUMN_NAMES[engine];
  return [
    ...columnFaults(mapping, names),
    ...customerFaults(mapping),
    ...sourceFaults(mapping, names),
    ...takenNames(mapping, engine),
  ];
}

function columnFaults({ item, subitem }: MappingText, names: ColumnNames): MappingFault[] {
  const ofItems = item.columns.flatMap(({ title, type, values }, index) => {
    const path = ['item', 'columns', index];
    const labels = type === 'status' ? values.map(([, label]) => label) : [];
    return [
      ...columnNameFaults([...path, 'title'], title, names),
      ...labels
        .filter((label) => label.length > STATUS_LABEL_LENGTH)
        .map((label) => tooLong([...path, 'values'], label, STATUS_LABEL_LENGTH)),
    ];
  });
  const titles: { path: MappingPath; title: string }[] = [{ path: ['item', 'key', 'title'], title: item.key.title }];
  if (subitem !== undefined) titles.push({ path: ['subitem', 'key', 'title'], title: subitem.key.title });
  if (item.lastChange !== undefined)
    titles.push({ path: ['item', 'last_change', 'title'], title: item.lastChange.title });
  const more = (subitem?.columns ?? []).map(({ title }, index) => ({
    path: ['subitem', 'columns', index, 'title'],
    title,
  }));
  return [
    ...ofItems,
    ...[...titles, ...more]
      .filter(({ title }) => title.length > NAME_LENGTH)
      .map(({ path, title }) => tooLong(path, title, NAME_LENGTH)),
    ...groupParts(item.group)
      .filter(({ fallback }) => fallback.length > NAME_LENGTH)
      .map(({ path, fallback }) => tooLong([...path, 'fallback'], fallback, NAME_LENGTH)),
  ];
}

/** A customer under a name that counts as nothing would have no lines, or all that have none. */
function customerFaults({ customers, blank, source }: MappingText): MappingFault[] {
  const nothing = new Set(['', ...blank.map(fold)]);
  const named = customers.flatMap(({ name, spellings }) =>
    [name, ...spellings].map((text, index) => ({
      text,
      path: ['customers', name, ...(index === 0 ? [] : [index - 1])],
    })),
  );
  if ('constant' in source.customer)
    named.push({ text: source.customer.constant, path: ['source', 'customer', 'constant'] });
  return named.flatMap(({ text, path }): MappingFault[] => [
    ...(nothing.has(fold(text)) ? [{ path, message: `"${text}" counts as blank and cannot name a customer` }] : []),
    ...(text.length > NAME_LENGTH ? [tooLong(path, text, NAME_LENGTH)] : []),
  ]);
}

/** Columns of the source become columns of our tables. */
function sourceFaults(mapping: MappingText, names: ColumnNames): MappingFault[] {
  const kept = new Set(hashedColumns(mapping));
  return sourceColumnPlaces(mapping).flatMap(([path, name]) =>
    columnNameFaults(path, name, names, kept.has(name) ? RAW_MARK : 0),
  );
}

/**
 * A column of ours, or another of the mapping, has the name in a table that gets both. SQL Server tells names apart by
 * their letters alone, whatever their case; PostgreSQL does not.
 */
function takenNames(mapping: MappingText, engine: Engine): MappingFault[] {
  const plain = (name: string): string => (engine === 'mssql' ? name.toLowerCase() : name);
  const [ofKept, ofBoard] = [new Set(OWN_COLUMNS.kept.map(plain)), new Set(OWN_COLUMNS.board.map(plain))];
  const kept = new Set(hashedColumns(mapping));
  const titles = new Map<string, string>();
  return [
    ...sourceColumnPlaces(mapping)
      .filter(([, name]) => kept.has(name) && ofKept.has(plain(name)))
      .map(([path, name]) => ({
        path,
        message: `"${name}" is the name of a column of our own snapshot`,
        hint: ' Read the table through a view that gives the column another name.',
      })),
    ...mapping.item.columns.flatMap(({ title }, index): MappingFault[] => {
      const path = ['item', 'columns', index, 'title'];
      const name = plain(title);
      const other = titles.get(name);
      titles.set(name, title);
      if (ofBoard.has(name) || name.startsWith('src '))
        return [{ path, message: `"${title}" is the name of a column of our own tables; give it another one here` }];
      if (other === undefined || other === title) return [];
      return [{ path, message: `"${title}" and "${other}" are one name to SQL Server` }];
    }),
  ];
}

/** Each place of a mapping that names a column of the source to be read, with the name. */
export function sourceColumnPlaces({ source, sizes, item, scope, cancelled }: MappingText): [MappingPath, string][] {
  const single = (path: MappingPath, columns: Record<string, string | undefined>): [MappingPath, string][] =>
    Object.entries(columns).flatMap(([key, name]) => (name === undefined ? [] : [[[...path, key], name]]));
  const list = (path: MappingPath, columns: readonly string[]): [MappingPath, string][] =>
    columns.map((name, index) => [[...path, index], name]);
  const rule = (key: 'scope' | 'cancelled', stated: typeof scope): [MappingPath, string][] =>
    columnRules(stated, [key]).map(({ path, column }) => [[...path, 'column'], column]);
  return [
    ...('column' in source.uuid
      ? single(['source'], { uuid: source.uuid.column })
      : list(['source', 'uuid'], source.uuid.key)),
    ...single(['source'], {
      customer: customerColumns(source)[0],
      order_number: source.orderNumber,
    }),
    ...list(['source', 'purchase_order'], source.purchaseOrder),
    ...list(['source', 'business_key'], source.businessKey),
    ...single(['sizes'], { after: sizes?.after, before: sizes?.before, total: sizes?.total }),
    ...rule('scope', scope),
    ...rule('cancelled', cancelled),
    ...list(['item', 'name', 'parts'], item.name.parts),
    ...groupParts(item.group).flatMap(({ path, key, columns }) => list([...path, key], columns)),
    ...item.columns.flatMap(({ source: first, until }, index) =>
      single(['item', 'columns', index], { source: first, until }),
    ),
  ];
}

function columnNameFaults(path: MappingPath, name: string, names: ColumnNames, mark = 0): MappingFault[] {
  const [size, most] = [names.sizeOf(name), names.most - mark];
  if (size <= most) return [];
  const message = `"${name}" has ${size} ${names.unit}; a column of the warehouse can have a name of at most ${most}`;
  return [{ path, message }];
}

function tooLong(path: MappingPath, text: string, most: number): MappingFault {
  return { path, message: `"${text.slice(0, 20)}…" has ${text.length} characters; at most ${most} can be kept` };
}
