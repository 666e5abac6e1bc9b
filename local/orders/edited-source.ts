import { TryAgainError } from '../../shared/ground/errors.js';
import { uuidV5 } from '../../shared/ground/ids.js';
import type { SourceLayout } from '../../shared/lines/layout.js';
import type { BulkColumn, ColumnInfo, Queryable, Scalar, SqlType } from '../../shared/warehouse/port/warehouse.js';
import { totalOf } from './catalogue.js';
import type { EditableLine, EditKind } from './edit-plan.js';
import type { Size } from './size-families.js';
import { SIZES_BEFORE } from './source-table.js';
import { deleteLine, findLine, type LineAt, updateLine } from './store.js';

const MORE = 7;
const NEW_SIZE = 11;
const NEW_SEASON = '2027 RESORT';
/** What a price is typed like and no number is. */
const UNREADABLE_PRICE = '12,50 EUR';
/** CANCELLED, as some write it. */
export const UNKNOWN_TYPE = 'CANCELED';
const NEW_NOTE = 'SHIP WITH THE NEXT VESSEL 01.09.25';

/** The source table, edited line by line. */
export class EditedSource {
  readonly #layout: SourceLayout;
  readonly #columns: readonly BulkColumn[];
  readonly #table: string;

  constructor(layout: SourceLayout, columns: readonly ColumnInfo[], table: string) {
    this.#layout = layout;
    this.#columns = columns.map(({ name, dataType }) => ({ name, type: TYPES[dataType] ?? 'text' }));
    this.#table = table;
  }

  /** Makes one edit and returns the uuid of the line it made or touched. */
  async apply(transaction: Queryable, kind: EditKind, line: EditableLine): Promise<string> {
    if (kind === 'line added') return this.#add(transaction, line);
    if (kind === 'line deleted') {
      expectOne(await deleteLine(transaction, this.#at(line)), kind);
      return line.uuid;
    }
    const changed = await updateLine(transaction, this.#at(line), this.#values(kind, line));
    expectOne(changed, kind);
    return kind === 'uuid renewed' ? renewed(line.uuid) : line.uuid;
  }

  #at({ uuid }: EditableLine): LineAt {
    return { table: this.#table, uuidColumn: this.#layout.uuidColumn, uuid };
  }

  #values(kind: Exclude<EditKind, 'line added' | 'line deleted'>, line: EditableLine): Record<string, Scalar> {
    const [first, last] = [line.sizes[0], line.sizes.at(-1)];
    switch (kind) {
      case 'quantity changed':
        return first ? withTotal(line.sizes, [first[0], first[1] + MORE]) : {};
      case 'size added':
        return withTotal(line.sizes, [this.#unusedSize(line), NEW_SIZE]);
      case 'size removed':
        return last ? withTotal(line.sizes, [last[0], 0]) : {};
      case 'line cancelled':
        return { 'ORDER TYPE': 'CANCELLED' };
      case 'text changed':
        return { NOTES: NEW_NOTE };
      case 'text cleared':
        return { DESTINATION: null };
      case 'season changed':
        return { 'CUSTOMER SEASON': NEW_SEASON };
      case 'price unreadable':
        return { 'CUSTOMER PRICE': UNREADABLE_PRICE };
      case 'order type unknown':
        return { 'ORDER TYPE': UNKNOWN_TYPE };
      case 'customer renamed':
        return { 'CUSTOMER NAME': `${line.customer} INTERNATIONAL` };
      case 'uuid renewed':
        return { [this.#layout.uuidColumn]: renewed(line.uuid) };
    }
  }

  /** The next size after those the line has, or one before them. */
  #unusedSize(line: EditableLine): string {
    const used = new Set(line.sizes.map(([label]) => label));
    const { sizes } = this.#layout;
    const after = sizes.findLastIndex((label) => used.has(label)) + 1;
    const unused = [...sizes.slice(after), ...sizes].find((label) => !used.has(label));
    if (unused === undefined) throw new RangeError('a line has every size there is');
    return unused;
  }

  /** Repeats a line under a new order number and uuid. */
  async #add(transaction: Queryable, line: EditableLine): Promise<string> {
    const names = this.#columns.map(({ name }) => name);
    const found = await findLine(transaction, this.#at(line), names);
    if (!found) throw missing('line added');
    const uuid = uuidV5(`repeated|${line.uuid}`);
    const row = names.map((name) => {
      if (name === this.#layout.uuidColumn) return uuid;
      if (name === 'AAG ORDER NUMBER') return newOrderNumber(line);
      const value = found[name];
      return typeof value === 'number' || typeof value === 'string' ? value : null;
    });
    await transaction.bulkLoad(this.#table, this.#columns, [row]);
    return uuid;
  }
}

/** The engines' names for the types of the source; all others are texts. */
const TYPES: Readonly<Record<string, SqlType>> = {
  integer: 'int',
  int: 'int',
  date: 'date',
  uuid: 'uuid',
  uniqueidentifier: 'uuid',
};

const renewed = (uuid: string): string => uuidV5(`reloaded|${uuid}`);

/** One size set, 0 as null, and the total with it. */
function withTotal(sizes: readonly Size[], [label, quantity]: Size): Record<string, Scalar> {
  const others = sizes.filter(([other]) => other !== label);
  return { [label]: quantity === 0 ? null : quantity, [SIZES_BEFORE]: totalOf(others) + quantity };
}

/** `GRE-10234` gives `GRE-90234`: the prefix stays, and so does the length. */
function newOrderNumber({ orderNumber }: EditableLine): string {
  return /\d{5}$/.test(orderNumber) ? orderNumber.replace(/\d(\d{4})$/, '9$1') : `${orderNumber} NEW`;
}

function expectOne(rows: number, kind: EditKind): void {
  if (rows !== 1) throw missing(kind);
}

function missing(kind: EditKind): TryAgainError {
  return new TryAgainError(
    'SOURCE_CHANGED',
    `The source was changed by someone else while it was being edited (${kind}).`,
  );
}
