import { z } from 'zod';
import type { CatalogueQuery } from '../port/table-rows.js';
import type { ColumnInfo, ServerVersion, TableInfo, TablePermission } from '../port/warehouse.js';
import { describeSqlServerTables } from './tables.js';

/** SQL Server 2016. */
const OLDEST = 13;
/** What INFORMATION_SCHEMA gives as the length of NVARCHAR(MAX). */
const UNLIMITED = -1;

const columnRow = z
  .object({ name: z.string(), dataType: z.string(), length: z.number().nullable() })
  .transform(({ length, dataType, name }): ColumnInfo => {
    const column = { name, dataType: dataType.toLowerCase() };
    const limited = length !== null && length !== UNLIMITED && /char/.test(column.dataType);
    return limited ? { ...column, length } : column;
  });
const versionRow = z.object({ version: z.string(), edition: z.string().nullable() });
const rightRow = z.object({ has: z.number().nullable() });
const rightsRow = z.record(z.string(), z.number().nullable());

/** A synonym may refer to a table of another database, so the server is asked for the columns of a query on it. */
const SYNONYM = `SELECT r."name" AS "name", LEFT(r."system_type_name", CHARINDEX('(', r."system_type_name" + '(') - 1) AS "dataType",
    CASE WHEN r."max_length" > 0 AND r."system_type_name" LIKE 'n%' THEN r."max_length" / 2 ELSE r."max_length" END AS "length"
  FROM "sys"."synonyms" y JOIN "sys"."schemas" s ON s."schema_id" = y."schema_id"
  CROSS APPLY "sys"."dm_exec_describe_first_result_set"(
    N'SELECT * FROM ' + QUOTENAME(s."name") + N'.' + QUOTENAME(y."name"), NULL, 0) r
  WHERE s."name" = @p1 AND y."name" = @p2 AND r."name" IS NOT NULL AND r."is_hidden" = 0
  ORDER BY r."column_ordinal"`;

/** Inspects SQL Server: its version, our tables, and our user's permissions on them. */
export class SqlServerInspection {
  readonly #schema: string;
  readonly #run: CatalogueQuery<string>;

  constructor(schema: string, run: CatalogueQuery<string>) {
    this.#schema = schema;
    this.#run = run;
  }

  /** Columns of tables and views, otherwise of a synonym, which INFORMATION_SCHEMA leaves out. */
  async columns(table: string): Promise<ColumnInfo[]> {
    const rows = await this.#run(
      `SELECT COLUMN_NAME AS "name", DATA_TYPE AS "dataType", CHARACTER_MAXIMUM_LENGTH AS "length"
       FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = @p1 AND TABLE_NAME = @p2 ORDER BY ORDINAL_POSITION`,
      [this.#schema, table],
    );
    return (rows.length > 0 ? rows : await this.#run(SYNONYM, [this.#schema, table])).map((row) =>
      columnRow.parse(row),
    );
  }

  describeTables(tables: readonly string[]): Promise<Map<string, TableInfo>> {
    return describeSqlServerTables(this.#run, this.#schema, tables);
  }

  async version(): Promise<ServerVersion> {
    const [row] = await this.#run(
      `SELECT CAST(SERVERPROPERTY('ProductVersion') AS NVARCHAR(128)) AS "version",
         CAST(SERVERPROPERTY('Edition') AS NVARCHAR(128)) AS "edition"`,
      [],
    );
    const { version, edition } = versionRow.parse(row);
    const name = ['Microsoft SQL Server', version, edition].filter((part) => part !== null).join(' ');
    return { name, supported: Number.parseInt(version, 10) >= OLDEST };
  }

  /** No row for a missing table, or one that our user cannot see. */
  async lackingPermissions(table: string, permissions: readonly TablePermission[]): Promise<TablePermission[]> {
    const name = `QUOTENAME(@p1) + '.' + QUOTENAME(@p2)`;
    const columns = permissions.map(
      (permission) => `HAS_PERMS_BY_NAME(${name}, 'OBJECT', '${permission}') AS "${permission}"`,
    );
    const [row] = await this.#run(`SELECT ${columns.join(', ')} WHERE OBJECT_ID(${name}) IS NOT NULL`, [
      this.#schema,
      table,
    ]);
    if (row === undefined) return [];
    const has = rightsRow.parse(row);
    return permissions.filter((permission) => has[permission] === 0);
  }

  async mayCreateTables(): Promise<boolean> {
    const [row] = await this.#run(
      `SELECT CASE WHEN HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE') = 1
         AND HAS_PERMS_BY_NAME(QUOTENAME(@p1), 'SCHEMA', 'ALTER') = 1 THEN 1 ELSE 0 END AS "has"`,
      [this.#schema],
    );
    return rightRow.parse(row).has === 1;
  }
}
