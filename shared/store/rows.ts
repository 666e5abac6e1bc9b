import { z } from 'zod';
import type { SqlType } from '../warehouse/port/warehouse.js';
import type { ColumnDescription, Table } from './schema/table.js';

type ColumnsOf<Described extends Table> = Described['columns'][number];
type NamesOf<Described extends Table> = ColumnsOf<Described>['name'];
type Named<Described extends Table, Name extends string> = Extract<ColumnsOf<Described>, { name: Name }>;

/** As both drivers give them: DATE and DECIMAL as text; BIGINT as text too, because an id may be longer than a number holds. */
type ReadAs<Type extends SqlType> = Type extends 'int' | 'smallint' ? number : Type extends 'datetime' ? Date : string;
type Held<Described extends ColumnDescription> = Described extends { values: readonly (infer Text)[] }
  ? Text
  : ReadAs<Described['type']>;
type HeldValue<Described extends ColumnDescription> = Described extends { required: true }
  ? Held<Described>
  : Held<Described> | null;

type Shape<Described extends Table, Names extends string> = {
  [Name in Names]: z.ZodType<HeldValue<Named<Described, Name>>>;
};

/** The schema of rows that hold these columns of a table: each column is described once, where the table is. */
export function rowOf<const Described extends Table, const Names extends NamesOf<Described>>(
  { name: table, columns }: Described,
  names: readonly Names[],
): z.ZodObject<Shape<Described, Names>> {
  const shape = Object.fromEntries(
    names.map((name) => {
      const column = columns.find((each) => each.name === name);
      if (column === undefined) throw new Error(`${table} has no column ${name}`);
      return [name, column.required ? zodOf(column) : zodOf(column).nullable()];
    }),
  );
  return z.object(shape as unknown as Shape<Described, Names>);
}

function zodOf({ type, values }: ColumnDescription): z.ZodType {
  if (values !== undefined) return z.enum([...values]);
  if (type === 'int' || type === 'smallint') return z.number();
  if (type === 'bigint') return z.union([z.string(), z.number()]).transform(String);
  return type === 'datetime' ? z.date() : z.string();
}
