import { FixFirstError } from '../../ground/errors.js';
import { readSqlFile } from '../../ground/files.js';
import { isTextType } from './sql-types.js';
import type { ColumnInfo, SqlType } from './warehouse.js';

/** A column of a row set parameter. */
export interface RowSetColumn {
  name: string;
  type: SqlType;
}

/**
 * Rule 29: one SQL operation, written once for both engines, whose values are parameters. Its header declares row sets:
 * `-- @rows: line_key uuid, size text(50)`; the text then reads `FROM @rows AS r`.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly rowSets: Readonly<Record<string, readonly RowSetColumn[]>>;
  /** Fills `{name}` places with identifiers or expressions made by code, never with values. */
  with(places: Readonly<Record<string, string>>): Statement;
}

/**
 * What is replaced in SQL text: our schema before a name, places and parameters. Texts and names in quotes, and comments,
 * are pieces as well, so that nothing is replaced in them: a name from outside may hold anything.
 */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\bdbo\."(?:[^"]|"")*"|\{\w+\}|@\w+(?:\s+AS\s+\w+)?/gi;
/** Comments with the end of their line, and what only looks like one. */
const COMMENT = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*\n?/g;

const ROW_SET_LINE = /^--\s*@(\w+):(.+)$/;
const ROW_SET_TYPE = /^(?:uuid|int|bigint|smallint|date|datetime|decimal|bytes|text(?:\(\d+\))?)$/;
const files = new Map<string, ReadonlyMap<string, Statement>>();

/** Every block of `sql/statements/<table>.sql` by `<table>/<block>`; each file is read once per process. */
export function blocksOf(table: string): ReadonlyMap<string, Statement> {
  const known = files.get(table);
  if (known !== undefined) return known;
  const blocks = parseBlocks(table, readSqlFile(`statements/${table}.sql`));
  files.set(table, blocks);
  return blocks;
}

function parseBlocks(table: string, source: string): Map<string, Statement> {
  const [, ...parts] = source.split(/^-- name: /m);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      const name = `${table}/${part.slice(0, end).trim()}`;
      return [name, parseStatement(name, part.slice(end + 1))];
    }),
  );
}

/** Turns the text of one block into a Statement. */
export function parseStatement(name: string, source: string): Statement {
  const rowSets: Record<string, RowSetColumn[]> = {};
  const text = source.replace(COMMENT, (piece, offset: number) => {
    // A name in quotes may have a line that looks like a comment.
    if (!piece.startsWith('--') || !(offset === 0 || source[offset - 1] === '\n')) return piece;
    const match = ROW_SET_LINE.exec(piece.trimEnd());
    if (match?.[1] && match[2]) rowSets[match[1]] = match[2].split(',').map((column) => rowSetColumn(name, column));
    return '';
  });
  return makeStatement(name, text.trim(), rowSets);
}

function rowSetColumn(statement: string, text: string): RowSetColumn {
  const column = text.trim();
  const at = column.lastIndexOf(' ');
  const [name, type] = [column.slice(0, at).trim().replaceAll('"', ''), column.slice(at + 1)];
  if (at <= 0 || !ROW_SET_TYPE.test(type))
    throw new FixFirstError('STATEMENT_INVALID', `Statement ${statement}: cannot read the row set column "${text}".`);
  return { name, type: type as SqlType };
}

function makeStatement(name: string, text: string, rowSets: Statement['rowSets']): Statement {
  return {
    name,
    text,
    rowSets,
    with: (places) =>
      makeStatement(
        name,
        text.replace(TOKEN, (token) => (token.startsWith('{') ? (places[token.slice(1, -1)] ?? token) : token)),
        rowSets,
      ),
  };
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"a", "b"`, or `s."a", s."b"` with a prefix. */
export function quoteColumns(names: readonly string[], prefix = ''): string {
  return names.map((name) => `${prefix === '' ? '' : `${prefix}.`}${quoteIdentifier(name)}`).join(', ');
}

/** Types whose values a client may round, or strip of their offset or type, and a type that gives all of them as text. */
const EXACT_TEXT: Readonly<Record<string, (column: string) => string>> = {
  decimal: (column) => `CAST(${column} AS VARCHAR(1000))`,
  numeric: (column) => `CAST(${column} AS VARCHAR(1000))`,
  money: (column) => `CAST(CAST(${column} AS DECIMAL(19,4)) AS VARCHAR(1000))`,
  datetimeoffset: (column) => `CAST(${column} AS VARCHAR(1000))`,
  sql_variant: (column) => `CAST(${column} AS NVARCHAR(4000))`,
  smallmoney: (column) => `CAST(CAST(${column} AS DECIMAL(19,4)) AS VARCHAR(1000))`,
};

/** A select list of live columns of any type that keeps every value whole, with the columns' own names. */
export function selectExactly(live: readonly ColumnInfo[], names: readonly string[], prefix = ''): string {
  const types = new Map(live.map(({ name, dataType }) => [name, dataType]));
  return names
    .map((name) => {
      const column = quoteColumns([name], prefix);
      const exact = EXACT_TEXT[types.get(name) ?? '']?.(column);
      return exact === undefined ? column : `${exact} AS ${quoteIdentifier(name)}`;
    })
    .join(', ');
}

/** A live column of `s` that is compared with a text of ours: of another type by the text that it is kept as. */
export function comparableText(live: readonly ColumnInfo[], name: string): string {
  const type = live.find((column) => column.name === name)?.dataType ?? 'text';
  const column = quoteColumns([name], 's');
  return isTextType(type) ? column : (EXACT_TEXT[type]?.(column) ?? `CAST(${column} AS VARCHAR(1000))`);
}

export interface CompileOptions {
  schema: string;
  /**
   * Stands for `{exact}`, after a text of ours that is compared with one of a table that is not ours: by code point, as
   * ours are. After the other one it would translate a VARCHAR to another code page, and lose letters.
   */
  exact: string;
  /** Writes a scalar parameter, for example `$1`. */
  parameter(name: string, index?: number): string;
  /** Writes a row set with its alias. */
  rowSet(name: string, columns: readonly RowSetColumn[], alias: string): string;
  /** How many values a list parameter has; undefined when it is a scalar. */
  listLength(name: string): number | undefined;
}

/** Puts schema and parameters into a statement in one engine's form. */
export function compileStatement(statement: Statement, options: CompileOptions): string {
  return statement.text.replace(TOKEN, (token) => {
    if (token.startsWith('{')) return placeOf(statement, token, options);
    if (isOurs(token)) return renamed(token, options.schema);
    if (!token.startsWith('@')) return token;
    const [, name = '', alias] = /^@(\w+)(?:\s+AS\s+(\w+))?$/i.exec(token) ?? [];
    const columns = statement.rowSets[name];
    if (columns) return options.rowSet(name, columns, alias ?? name);
    const suffix = alias === undefined ? '' : token.slice(name.length + 1);
    const length = options.listLength(name);
    if (length === undefined) return `${options.parameter(name)}${suffix}`;
    if (length === 0) return `NULL${suffix}`;
    return Array.from({ length }, (_, index) => options.parameter(name, index)).join(', ') + suffix;
  });
}

function placeOf({ name }: Statement, place: string, { exact }: CompileOptions): string {
  if (place === '{exact}') return exact;
  throw new FixFirstError('STATEMENT_INVALID', `Statement ${name}: the place ${place} was not filled.`);
}

const isOurs = (token: string): boolean => /^dbo\./i.test(token);
const renamed = (token: string, schema: string): string => quoteIdentifier(schema) + token.slice('dbo'.length);

/** SQL text in which our schema, written `dbo.`, has its name. */
export function inSchema(text: string, schema: string): string {
  return text.replace(TOKEN, (token) => (isOurs(token) ? renamed(token, schema) : token));
}
