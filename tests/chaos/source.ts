import { quoteIdentifier } from '../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../shared/warehouse/port/warehouse.js';
import { insertLines, line, type SourceLine, sql, uuid } from '../helpers/warehouse.js';
import type { Edit } from './schedule.js';

export const CUSTOMERS = ['GREYSON CLOTHIERS', 'TITLE 9', 'JOHNNIE O'] as const;

/** ORDERS_UNIFIED while a schedule plays. A line keeps its order number; its uuid may be renewed. */
export class Source {
  readonly #warehouse: Warehouse;
  /** The uuid numbers of lines that were ever there. */
  readonly #uuids = new Map<number, number>();
  #nextUuid = 1_000;

  constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse;
  }

  /** The lines that a schedule begins with, numbered through all customers. */
  async fill(counts: readonly number[]): Promise<void> {
    const lines = counts.flatMap((count, place) =>
      Array.from({ length: count }, () => CUSTOMERS[place] ?? CUSTOMERS[0]),
    );
    await insertLines(
      this.#warehouse,
      lines.map((customer, index) => this.#made(index + 1, { 'CUSTOMER NAME': customer })),
    );
  }

  async edit(edit: Edit): Promise<void> {
    switch (edit.kind) {
      case 'set':
        return this.#set(edit.line, edit.values);
      case 'delete':
        return this.#delete(edit.line);
      case 'appear':
        return this.#appear(edit.line, edit.fresh);
      case 'rekey':
        return this.#set(edit.line, { record_uuid: this.#renew(edit.line) });
      case 'reload':
        for (const number of this.#uuids.keys()) await this.#set(number, { record_uuid: this.#renew(number) });
    }
  }

  #made(number: number, values: SourceLine): SourceLine {
    const known = this.#uuids.get(number) ?? number;
    this.#uuids.set(number, known);
    const sizes = { XS: number % 4, S: 2, M: number % 3 };
    return { ...line(number, { ...sizes, ...values }), record_uuid: uuid(known) };
  }

  #renew(number: number): string {
    this.#nextUuid += 1;
    this.#uuids.set(number, this.#nextUuid);
    return uuid(this.#nextUuid);
  }

  async #set(number: number, values: SourceLine): Promise<void> {
    const names = Object.keys(values);
    const assignments = names.map((name, index) => `${quoteIdentifier(name)} = @v${index}`).join(', ');
    const parameters = Object.fromEntries(Object.values(values).map((value, index) => [`v${index}`, value]));
    await sql(this.#warehouse, `UPDATE dbo."ORDERS_UNIFIED" SET ${assignments} WHERE ${IS_LINE}`, {
      ...parameters,
      order: orderOf(number),
    });
  }

  /** The last line stays: an empty source is refused. */
  async #delete(number: number): Promise<void> {
    await sql(
      this.#warehouse,
      `DELETE FROM dbo."ORDERS_UNIFIED" WHERE ${IS_LINE} AND EXISTS (SELECT 1 FROM dbo."ORDERS_UNIFIED" o WHERE o."AAG ORDER NUMBER" <> @order)`,
      { order: orderOf(number) },
    );
  }

  async #appear(number: number, fresh: boolean): Promise<void> {
    const there = await sql(this.#warehouse, `SELECT 1 AS n FROM dbo."ORDERS_UNIFIED" WHERE ${IS_LINE}`, {
      order: orderOf(number),
    });
    if (there.length > 0) return;
    if (fresh) this.#renew(number);
    await insertLines(this.#warehouse, [this.#made(number, { 'CUSTOMER NAME': CUSTOMERS[0], L: 3 })]);
  }
}

const IS_LINE = '"AAG ORDER NUMBER" = @order';

function orderOf(number: number): string {
  return String(line(number)['AAG ORDER NUMBER']);
}
