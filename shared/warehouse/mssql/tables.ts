import { z } from 'zod';
import type { CatalogueQuery } from '../port/table-rows.js';
import { tablesOf } from '../port/table-rows.js';
import type { TableInfo } from '../port/warehouse.js';

/** `{tables}` is the list of names; they and the schema are parameters. */
const TABLES = `"sys"."tables" t JOIN "sys"."schemas" s ON s."schema_id" = t."schema_id" AND s."name" = @p1 AND t."name" IN ({tables})`;

export const CATALOGUE_QUERIES = {
  columns: `SELECT t."name" AS "table", c."name" AS "name", y."name" AS "type", c."max_length" AS "bytes",
      c."precision" AS "precision", c."scale" AS "scale", c."is_nullable" AS "nullable", c."collation_name" AS "collation",
      CASE WHEN c."is_nullable" = 1 OR c."is_identity" = 1 OR c."default_object_id" <> 0 THEN 1 ELSE 0 END AS "optional"
    FROM ${TABLES}
    JOIN "sys"."columns" c ON c."object_id" = t."object_id"
    JOIN "sys"."types" y ON y."user_type_id" = c."user_type_id"
    ORDER BY t."name", c."column_id"`,
  indexColumns: `SELECT t."name" AS "table", i."name" AS "name", c."name" AS "column", i."is_primary_key" AS "primary",
      i."is_unique" AS "unique", i."filter_definition" AS "filter", i."is_disabled" AS "disabled"
    FROM ${TABLES}
    JOIN "sys"."indexes" i ON i."object_id" = t."object_id" AND i."name" IS NOT NULL
    JOIN "sys"."index_columns" k ON k."object_id" = i."object_id" AND k."index_id" = i."index_id" AND k."key_ordinal" > 0
    JOIN "sys"."columns" c ON c."object_id" = k."object_id" AND c."column_id" = k."column_id"
    ORDER BY t."name", i."name", k."key_ordinal"`,
  foreignKeyColumns: `SELECT t."name" AS "table", f."name" AS "name", c."name" AS "column", o."name" AS "target",
      r."name" AS "reference"
    FROM ${TABLES}
    JOIN "sys"."foreign_keys" f ON f."parent_object_id" = t."object_id"
    JOIN "sys"."tables" o ON o."object_id" = f."referenced_object_id"
    JOIN "sys"."foreign_key_columns" k ON k."constraint_object_id" = f."object_id"
    JOIN "sys"."columns" c ON c."object_id" = k."parent_object_id" AND c."column_id" = k."parent_column_id"
    JOIN "sys"."columns" r ON r."object_id" = k."referenced_object_id" AND r."column_id" = k."referenced_column_id"
    ORDER BY t."name", f."name", k."constraint_column_id"`,
} as const;

/** BIT comes as a boolean, a computed 0 or 1 as a number. */
const bit = z.union([z.boolean(), z.number()]).transform(Boolean);
const columnRow = z
  .object({
    table: z.string(),
    name: z.string(),
    type: z.string(),
    bytes: z.number(),
    precision: z.number(),
    scale: z.number(),
    nullable: bit,
    optional: bit,
    collation: z.string().nullable(),
  })
  .transform(({ type, bytes, precision, scale, ...column }) => ({
    ...column,
    type: typeText(type.toLowerCase(), { bytes, precision, scale }),
  }));
const indexColumnRow = z.object({
  table: z.string(),
  name: z.string(),
  column: z.string(),
  primary: bit,
  unique: bit,
  filter: z.string().nullable(),
  disabled: bit,
});
const foreignKeyColumnRow = z.object({
  table: z.string(),
  name: z.string(),
  column: z.string(),
  target: z.string(),
  reference: z.string(),
});

/** A type as CREATE TABLE writes it. The catalogue counts lengths in bytes, and -1 is MAX. */
function typeText(name: string, { bytes, precision, scale }: Record<'bytes' | 'precision' | 'scale', number>): string {
  if (/char$|binary$/.test(name)) {
    if (bytes === -1) return `${name}(max)`;
    return `${name}(${name.startsWith('n') ? bytes / 2 : bytes})`;
  }
  if (name === 'decimal' || name === 'numeric') return `${name}(${precision},${scale})`;
  return ['datetime2', 'datetimeoffset', 'time'].includes(name) ? `${name}(${scale})` : name;
}

/** Reads the catalogue views of SQL Server. What our user may not see is not in them. */
export async function describeSqlServerTables(
  run: CatalogueQuery<string>,
  schema: string,
  tables: readonly string[],
): Promise<Map<string, TableInfo>> {
  if (tables.length === 0) return new Map();
  const names = tables.map((_, index) => `@p${index + 2}`).join(', ');
  const rowsOf = async <T>(text: string, row: z.ZodType<T>): Promise<T[]> =>
    z.array(row).parse(await run(text.replace('{tables}', names), [schema, ...tables]));
  return tablesOf({
    columns: await rowsOf(CATALOGUE_QUERIES.columns, columnRow),
    indexColumns: await rowsOf(CATALOGUE_QUERIES.indexColumns, indexColumnRow),
    foreignKeyColumns: await rowsOf(CATALOGUE_QUERIES.foreignKeyColumns, foreignKeyColumnRow),
  });
}
