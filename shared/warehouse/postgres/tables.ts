import { z } from 'zod';
import type { CatalogueQuery } from '../port/table-rows.js';
import { tablesOf } from '../port/table-rows.js';
import type { TableInfo } from '../port/warehouse.js';

const TABLES = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = ANY($2) AND c.relkind IN ('r', 'p')
    AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`;

const COLUMNS = `SELECT c.relname AS "table", a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
    NOT a.attnotnull OR a.atthasdef OR a.attidentity <> '' AS optional,
    (SELECT l.collname FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation AND l.collname <> 'default') AS collation
  FROM (SELECT c.oid, c.relname FROM ${TABLES}) c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY c.relname, a.attnum`;

const INDEX_COLUMNS = `SELECT c.relname AS "table", i.relname AS name, a.attname AS column, x.indisprimary AS primary,
    x.indisunique AS unique, pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS filter, NOT x.indisvalid AS disabled
  FROM (SELECT c.oid, c.relname FROM ${TABLES}) c
  JOIN pg_catalog.pg_index x ON x.indrelid = c.oid AND NOT 0 = ANY(x.indkey::int2[])
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
  WHERE k.place <= x.indnkeyatts
  ORDER BY c.relname, i.relname, k.place`;

const FOREIGN_KEY_COLUMNS = `SELECT c.relname AS "table", f.conname AS name, a.attname AS column, t.relname AS target,
    r.attname AS reference
  FROM (SELECT c.oid, c.relname FROM ${TABLES}) c
  JOIN pg_catalog.pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f'
  JOIN pg_catalog.pg_class t ON t.oid = f.confrelid
  CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k(own, other, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.own
  JOIN pg_catalog.pg_attribute r ON r.attrelid = f.confrelid AND r.attnum = k.other
  ORDER BY c.relname, f.conname, k.place`;

const columnRow = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  optional: z.boolean(),
  collation: z.string().nullable(),
});
const indexColumnRow = z.object({
  table: z.string(),
  name: z.string(),
  column: z.string(),
  primary: z.boolean(),
  unique: z.boolean(),
  filter: z.string().nullable(),
  disabled: z.boolean(),
});
const foreignKeyColumnRow = z.object({
  table: z.string(),
  name: z.string(),
  column: z.string(),
  target: z.string(),
  reference: z.string(),
});

/** Reads PostgreSQL's own catalogue. As on SQL Server, a table that our user may not read is not in it. */
export async function describePostgresTables(
  run: CatalogueQuery<unknown>,
  schema: string,
  tables: readonly string[],
): Promise<Map<string, TableInfo>> {
  const rowsOf = async <T>(text: string, row: z.ZodType<T>): Promise<T[]> =>
    z.array(row).parse(await run(text, [schema, tables]));
  return tablesOf({
    columns: await rowsOf(COLUMNS, columnRow),
    indexColumns: await rowsOf(INDEX_COLUMNS, indexColumnRow),
    foreignKeyColumns: await rowsOf(FOREIGN_KEY_COLUMNS, foreignKeyColumnRow),
  });
}
