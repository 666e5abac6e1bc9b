import { z } from 'zod';
import type { CatalogueQuery } from '../port/table-rows.js';
import type { ColumnInfo, ServerVersion, TableInfo, TablePermission } from '../port/warehouse.js';
import { describePostgresTables } from './tables.js';

/** The oldest version still maintained; tested with 15 and 18. */
const OLDEST = 14;

const columnRow = z
  .object({ name: z.string(), dataType: z.string(), length: z.number().nullable() })
  .transform(({ length, ...column }): ColumnInfo => (length === null ? column : { ...column, length }));
const versionRow = z.object({ version: z.string() });
const permissionRow = z.object({ permission: z.enum(['SELECT', 'INSERT', 'UPDATE', 'DELETE']) });
const answerRow = z.object({ may: z.boolean() });

/** Inspects PostgreSQL: its version, our tables, and our user's permissions on them. */
export class PostgresInspection {
  readonly #schema: string;
  readonly #run: CatalogueQuery<unknown>;

  constructor(schema: string, run: CatalogueQuery<unknown>) {
    this.#schema = schema;
    this.#run = run;
  }

  /**
   * Those of tables and views, materialized ones too, which information_schema.columns leaves out; it is slower besides.
   * Types are told as it tells them, and as there columns are left out on which the user has no permission at all.
   */
  async columns(table: string): Promise<ColumnInfo[]> {
    const rows = await this.#run(
      `SELECT a.attname AS name,
         CASE WHEN b.typelem <> 0 AND b.typlen = -1 THEN 'ARRAY'
           WHEN b.typnamespace <> 'pg_catalog'::regnamespace THEN 'USER-DEFINED'
           ELSE format_type(b.oid, NULL) END AS "dataType",
         information_schema._pg_char_max_length(b.oid, information_schema._pg_truetypmod(a.*, t.*)) AS length
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
       JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
       WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
         AND (pg_has_role(c.relowner, 'USAGE')
           OR has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'))
       ORDER BY a.attnum`,
      [this.#schema, table],
    );
    return rows.map((row) => columnRow.parse(row));
  }

  describeTables(tables: readonly string[]): Promise<Map<string, TableInfo>> {
    return describePostgresTables(this.#run, this.#schema, tables);
  }

  async version(): Promise<ServerVersion> {
    const [row] = await this.#run("SELECT current_setting('server_version') AS version", []);
    const { version } = versionRow.parse(row);
    const number = version.split(' ')[0] ?? version;
    return { name: `PostgreSQL ${number}`, supported: Number.parseInt(number, 10) >= OLDEST };
  }

  /** Reads the catalogue, because information_schema hides tables on which a user has no permission at all. */
  async lackingPermissions(table: string, permissions: readonly TablePermission[]): Promise<TablePermission[]> {
    const rows = await this.#run(
      `SELECT w.name AS permission
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       CROSS JOIN unnest($3::text[]) WITH ORDINALITY AS w(name, place)
       WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
         AND NOT has_table_privilege(c.oid, w.name)
       ORDER BY w.place`,
      [this.#schema, table, permissions],
    );
    return rows.map((row) => permissionRow.parse(row).permission);
  }

  /** Of a schema that is missing, nothing is forbidden. */
  async mayUseSchema(): Promise<boolean> {
    const [row] = await this.#run(
      `SELECT COALESCE((SELECT has_schema_privilege(n.oid, 'USAGE')
         FROM pg_catalog.pg_namespace n WHERE n.nspname = $1), true) AS may`,
      [this.#schema],
    );
    return answerRow.parse(row).may;
  }

  /** A missing schema has to be created first. */
  async mayCreateTables(): Promise<boolean> {
    const [row] = await this.#run(
      `SELECT COALESCE(
         (SELECT has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $1),
         has_database_privilege(current_database(), 'CREATE')) AS may`,
      [this.#schema],
    );
    return answerRow.parse(row).may;
  }
}
