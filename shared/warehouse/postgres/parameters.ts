import { sqlType } from '../port/sql-types.js';
import { compileStatement, quoteIdentifier, type Statement } from '../port/statements.js';
import { givenValue, plain } from '../port/values.js';
import type { Parameters, Rows, Scalar } from '../port/warehouse.js';

/** Named parameters become $1, $2 …; a row set travels as one JSON text. */
export function compileForPostgres(
  schema: string,
  statement: Statement,
  parameters: Parameters,
): { text: string; values: (string | number | null)[] } {
  const values: (string | number | null)[] = [];
  const places = new Map<string, string>();
  const place = (key: string, value: string | number | null): string => {
    const known = places.get(key);
    if (known !== undefined) return known;
    values.push(value);
    const made = `$${values.length}`;
    places.set(key, made);
    return made;
  };
  const given = (name: string) => givenValue(statement, parameters, name);
  const text = compileStatement(statement, {
    schema,
    exact: '',
    parameter: (name, index) => {
      const value = given(name);
      const scalar = index === undefined ? value : (value as readonly Scalar[])[index];
      return place(`${name}/${index ?? ''}`, plain(scalar as Scalar));
    },
    rowSet: (name, columns, alias) => {
      const rows = given(name) as Rows;
      const json = JSON.stringify(rows);
      const list = columns
        .map((column) => `${quoteIdentifier(column.name)} ${sqlType('postgres', column.type)}`)
        .join(', ');
      return `jsonb_to_recordset(CAST(${place(`${name}/rows`, json)} AS jsonb)) AS ${alias}(${list})`;
    },
    listLength: (name) => {
      const value = parameters[name];
      return Array.isArray(value) ? value.length : undefined;
    },
  });
  return { text, values };
}
