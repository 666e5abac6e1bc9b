import { FixFirstError } from '../../ground/errors.js';
import { EXACT_COLLATION, isText, sqlType } from '../port/sql-types.js';
import { compileStatement, quoteIdentifier, type RowSetColumn, type Statement } from '../port/statements.js';
import { givenValue, plain } from '../port/values.js';
import type { Parameters, Rows, Scalar } from '../port/warehouse.js';

/** SQL Server accepts at most 2,100 parameters; longer lists are sent as one JSON text, like row sets. */
const LONGEST_LIST = 200;
const NUMBER_TYPES: ReadonlySet<string> = new Set(['int', 'bigint', 'smallint', 'decimal']);

/** A value under the name that the compiled text gives it. */
export type NamedValues = ReadonlyMap<string, string | number | null>;

/**
 * Named parameters keep their names; a row set travels as one JSON text of arrays and is read by OPENJSON, so that any
 * number of rows is one parameter and one plan.
 */
export function compileForSqlServer(
  schema: string,
  statement: Statement,
  parameters: Parameters,
): { text: string; values: NamedValues } {
  const values = new Map<string, string | number | null>();
  const place = (name: string, value: string | number | null): string => {
    values.set(name, value);
    return `@${name}`;
  };
  const given = (name: string) => givenValue(statement, parameters, name);
  const text = compileStatement(statement, {
    schema,
    exact: EXACT_COLLATION,
    parameter: (name, index) => {
      const value = given(name);
      if (index !== undefined) return place(`${name}_${index}`, plain((value as readonly Scalar[])[index] ?? null));
      if (!Array.isArray(value)) return place(name, plain(value as Scalar));
      return `SELECT "value" ${EXACT_COLLATION} FROM OPENJSON(${place(name, listAsJson(value as readonly Scalar[]))}) WITH ("value" NVARCHAR(4000) '$')`;
    },
    rowSet: (name, columns, alias) =>
      rowSource(place(name, rowsAsJson(statement.name, columns, given(name) as Rows)), columns, alias),
    listLength: (name) => {
      const value = parameters[name];
      return Array.isArray(value) && value.length <= LONGEST_LIST ? value.length : undefined;
    },
  });
  return { text, values };
}

/** Texts get the collation of our own columns, with which they are compared; those of a JSON have the database's. */
function rowSource(parameter: string, columns: readonly RowSetColumn[], alias: string): string {
  const select = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name);
    return isText(type) ? `${column} ${EXACT_COLLATION} AS ${column}` : column;
  });
  const types = columns.map(
    ({ name, type }, index) => `${quoteIdentifier(name)} ${sqlType('mssql', type)} '$[${index}]'`,
  );
  return `(SELECT ${select.join(', ')} FROM OPENJSON(${parameter}) WITH (${types.join(', ')})) AS ${alias}`;
}

function listAsJson(list: readonly Scalar[]): string {
  return JSON.stringify(list.map(plain));
}

/** OPENJSON silently cuts a text that is too long for its column, so it is measured here. */
function rowsAsJson(statement: string, columns: readonly RowSetColumn[], rows: Rows): string {
  const widths = columns.map(({ type }) => Number(/^text\((\d+)\)$/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY));
  return JSON.stringify(
    rows.map((row) =>
      columns.map(({ name, type }, index) => {
        const value = plain(row[name] ?? null);
        if (typeof value === 'string' && value.length > (widths[index] ?? 0))
          throw new FixFirstError(
            'VALUE_TOO_LONG',
            `Statement ${statement}: a value of ${value.length} characters does not fit into ${name} ${type}.`,
          );
        return NUMBER_TYPES.has(type) && typeof value === 'number' ? String(value) : value;
      }),
    ),
  );
}
