import { TryAgainError } from '../../shared/ground/errors.js';
import { uuidV5 } from '../../shared/ground/ids.js';
import type { SourceLayout } from '../../shared/lines/layout.js';
import { uuidOfKey } from '../../shared/lines/line-uuid.js';
import type { Mapping } from '../../shared/mapping/mapping.js';
import { textOf } from '../../shared/mapping/texts.js';
import type { BulkColumn, Queryable, Scalar, SqlType } from '../../shared/warehouse/port/warehouse.js';
import { totalOf } from './catalogue.js';
import type { EditableLine, EditKind } from './edit-plan.js';
import type { EditedTable } from './editable-lines.js';
import type { Size } from './size-families.js';
import { deleteLine, findLine, type LineAt, updateLine } from './store.js';

const MORE = 7;
const NEW_SIZE = 11;

/** The source table, edited line by line. */
export class EditedSource {
  readonly #mapping: Mapping;
  readonly #layout: SourceLayout;
  readonly #columns: readonly BulkColumn[];
  readonly #table: string;

  constructor(mapping: Mapping, layout: SourceLayout, { name: table, columns }: EditedTable) {
    this.#mapping = mapping;
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

  #at({ is }: EditableLine): LineAt {
    return { table: this.#table, is };
  }

  #values(kind: Exclude<EditKind, 'line added' | 'line deleted'>, line: EditableLine): Record<string, Scalar> {
    const [first, last] = [line.sizes[0], line.sizes.at(-1)];
    switch (kind) {
      case 'quantity changed':
        return first ? this.#withTotal(line.sizes, [first[0], first[1] + MORE]) : {};
      case 'size added':
        return this.#withTotal(line.sizes, [this.#unusedSize(line), NEW_SIZE]);
      case 'size removed':
        return last ? this.#withTotal(line.sizes, [last[0], 0]) : {};
      case 'uuid renewed':
        return { [this.#layout.uuidColumn]: renewed(line.uuid) };
      default: {
        const setting = line.settings[kind];
        return setting === undefined ? {} : { [setting.column]: setting.text };
      }
    }
  }

  /** One size set, 0 as null, and the total with it. */
  #withTotal(sizes: readonly Size[], [label, quantity]: Size): Record<string, Scalar> {
    const others = sizes.filter(([other]) => other !== label);
    const total = this.#mapping.sizes?.total;
    const set = { [label]: quantity === 0 ? null : quantity };
    return total === undefined ? set : { ...set, [total]: totalOf(others) + quantity };
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
    const { uuid, orderNumber } = this.#mapping.source;
    const repeated = uuidV5(`repeated|${line.uuid}`);
    // The new order number is a new key, where it is part of that.
    const renamed = 'key' in uuid && !uuid.key.includes(orderNumber) ? uuid.key[0] : undefined;
    const row = names.map((name) => {
      if ('column' in uuid && name === uuid.column) return repeated;
      if (name === orderNumber) return newOrderNumber(line);
      if (name === renamed) return `${found[name]} NEW`;
      const value = found[name];
      return typeof value === 'number' || typeof value === 'string' ? value : null;
    });
    await transaction.bulkLoad(this.#table, this.#columns, [row]);
    if ('column' in uuid) return repeated;
    return uuidOfKey(uuid.key.map((column) => textOf(row[names.indexOf(column)]))) ?? repeated;
  }
}

/** The engines' names for the types of the source; all others are texts. */
const TYPES: Readonly<Record<string, SqlType>> = {
  integer: 'int',
  int: 'int',
  date: 'date',
  numeric: 'decimal(18,4)',
  decimal: 'decimal(18,4)',
  uuid: 'uuid',
  uniqueidentifier: 'uuid',
};

const renewed = (uuid: string): string => uuidV5(`reloaded|${uuid}`);

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
