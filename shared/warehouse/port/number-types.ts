/** The types of both engines whose values are numbers, as INFORMATION_SCHEMA names them. */
const NUMBER_TYPES: ReadonlySet<string> = new Set([
  'smallint',
  'bigint',
  'numeric',
  'real',
  'money',
  // PostgreSQL
  'integer',
  'double precision',
  // SQL Server
  'bit',
  'tinyint',
  'int',
  'decimal',
  'float',
  'smallmoney',
]);

/** Whether the database writes the values of a column of this type, with a point before their fraction. */
export function isNumberType(dataType: string): boolean {
  return NUMBER_TYPES.has(dataType);
}
