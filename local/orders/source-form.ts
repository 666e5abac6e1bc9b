import type { DateOrder } from '../../shared/mapping/dates.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import type { SqlType } from '../../shared/warehouse/port/warehouse.js';
import { mappedTable } from './mapped/columns.js';
import {
  DATE_COLUMNS,
  OTHER_COLUMNS,
  QUANTITY_COLUMNS,
  SIZES_AFTER,
  SIZES_BEFORE,
  sizeLabels,
  UUID_COLUMN,
} from './source-table.js';

/** What is known of a source table before a file of its lines is read. */
export interface SourceForm {
  /** The column of the uuids, which a file may lack; undefined where the uuid is made of other columns. */
  readonly uuid: string | undefined;
  /** Columns that are no sizes. A name that differs from one of them by a slip is refused. */
  readonly columns: readonly string[];
  /** Columns that a file must have. */
  readonly required: readonly string[];
  /** The ends of the sizes and the sizes that are known; other columns between the ends are sizes as well. */
  readonly sizes?: { readonly after: string; readonly before: string; readonly known: readonly string[] } | undefined;
  /** Types of the columns that are no texts. */
  readonly types: ReadonlyMap<string, SqlType>;
  /** Which of day and month comes first. */
  readonly dates: DateOrder;
}

/** As many sizes as the sample has. */
const SIZES = 276;

/** The source of the shipped mapping. */
export const SHIPPED_FORM: SourceForm = {
  uuid: UUID_COLUMN,
  columns: OTHER_COLUMNS,
  required: [SIZES_AFTER, SIZES_BEFORE],
  sizes: { after: SIZES_AFTER, before: SIZES_BEFORE, known: sizeLabels(SIZES) },
  types: new Map([
    ...[...DATE_COLUMNS].map((name): [string, SqlType] => [name, 'date']),
    ...[...QUANTITY_COLUMNS].map((name): [string, SqlType] => [name, 'int']),
  ]),
  dates: 'mdy',
};

/** The source of another mapping: a file has every column that it reads but those of people. */
export function formOf(mapping: Mapping): SourceForm {
  const { before, behind } = mappedTable(mapping);
  const columns = [...before, ...behind];
  const { source, sizes, dates } = mapping;
  const uuid = 'column' in source.uuid ? source.uuid.column : undefined;
  const spared = new Set([uuid, ...source.personal, ...(sizes?.except ?? [])]);
  return {
    uuid,
    columns: columns.map(({ name }) => name),
    required: columns.map(({ name }) => name).filter((name) => !spared.has(name)),
    sizes: sizes === undefined ? undefined : { after: sizes.after, before: sizes.before, known: [] },
    types: new Map(
      columns.flatMap(({ name, shown, part }): [string, SqlType][] => {
        if (part === 'total') return [[name, 'int']];
        return shown.length > 0 && shown.every(({ rule }) => rule === 'date') ? [[name, 'date']] : [];
      }),
    ),
    dates: dates.order,
  };
}
