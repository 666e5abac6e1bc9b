import { z } from 'zod';
import { blocksOf as readBlocks, type Statement } from '../warehouse/port/statements.js';
import type { Parameters, Queryable } from '../warehouse/port/warehouse.js';

/** The TypeScript type for each SQL type. */
interface Scalars {
  uuid: string;
  text: string;
  int: number;
  bigint: number | string;
  flag: 0 | 1;
  datetime: Date;
  date: string;
  decimal: string | number;
}
type ScalarName = keyof Scalars;
/** A type, a nullable type, or a list for `IN (@name)`. */
type ScalarSpec = ScalarName | `${ScalarName}?` | `${ScalarName}[]`;
/** The columns of a row set, which the block's header declares with their SQL types. */
type RowSpec = Readonly<Record<string, ScalarName | `${ScalarName}?`>>;
export type ParameterSpecs = Readonly<Record<string, ScalarSpec | RowSpec>>;

type ParameterValue<Spec> = Spec extends `${infer Name extends ScalarName}?`
  ? Scalars[Name] | null
  : Spec extends `${infer Name extends ScalarName}[]`
    ? readonly Scalars[Name][]
    : Spec extends ScalarName
      ? Scalars[Spec]
      : Spec extends RowSpec
        ? readonly { readonly [Column in keyof Spec]: ParameterValue<Spec[Column]> }[]
        : never;
/** What a block is called with. */
export type GivenParameters<Specs extends ParameterSpecs> = {
  readonly [Name in keyof Specs]: ParameterValue<Specs[Name]>;
};
/** Identifiers or expressions built by code for a block's `{places}`; never values. */
export type Places<Names extends string> = Readonly<Record<Names, string>>;
type PlacesOf<Names extends string> = [Names] extends [never] ? [] : [places: Places<Names>];

/** One block with its parameters and columns, which the tests of the store compare with both engines. */
export interface BlockDefinition {
  readonly name: string;
  readonly parameters: ParameterSpecs;
  /** Columns by name; undefined for a block without rows, or with columns built by code. */
  readonly columns: readonly string[] | undefined;
  readonly places: readonly string[];
}

const definitions: BlockDefinition[] = [];

/** Every block that a store module has defined so far. */
export function definedBlocks(): readonly BlockDefinition[] {
  return definitions;
}

/** The blocks of `sql/statements/<table>.sql`, each of which is defined once, in the store module of that table. */
export function blocksOf(table: string) {
  const define = (block: string, definition: Omit<BlockDefinition, 'name'>): Statement => {
    const statement = readBlocks(table).get(`${table}/${block}`);
    if (statement === undefined) throw new Error(`sql/statements/${table}.sql has no block ${block}`);
    definitions.push({ name: statement.name, ...definition });
    return statement;
  };
  return {
    /** A block that returns rows, each parsed by `row`. Further columns that code adds by a place stay in the row. */
    rows<const Specs extends ParameterSpecs, Row, const Names extends string = never>(
      block: string,
      parameters: Specs,
      row: z.ZodType<Row>,
      places: readonly Names[] = [],
    ) {
      const statement = define(block, { parameters, columns: columnsOf(row), places });
      return async (
        queryable: Queryable,
        given: GivenParameters<Specs>,
        ...filled: PlacesOf<Names>
      ): Promise<Row[]> => {
        const rows = await queryable.query(filledWith(statement, filled[0]), given as Parameters);
        return rows.map((each) => row.parse(each));
      };
    },

    /** A block that changes rows and returns how many. */
    touches<const Specs extends ParameterSpecs, const Names extends string = never>(
      block: string,
      parameters: Specs,
      places: readonly Names[] = [],
    ) {
      const statement = define(block, { parameters, columns: undefined, places });
      return (queryable: Queryable, given: GivenParameters<Specs>, ...filled: PlacesOf<Names>): Promise<number> =>
        queryable.execute(filledWith(statement, filled[0]), given as Parameters);
    },

    /** A block whose rows are streamed or read in another way: the statement with its places filled. */
    statement<const Names extends string = never>(
      block: string,
      parameters: ParameterSpecs,
      places: readonly Names[] = [],
    ) {
      const statement = define(block, { parameters, columns: undefined, places });
      return (...filled: PlacesOf<Names>): Statement => filledWith(statement, filled[0]);
    },
  };
}

function filledWith(statement: Statement, places: Readonly<Record<string, string>> | undefined): Statement {
  return places === undefined ? statement : statement.with(places);
}

/** The columns that a row schema reads, before it makes something of them. */
function columnsOf(row: z.ZodType): string[] | undefined {
  const read = row instanceof z.ZodPipe ? row.in : row;
  return read instanceof z.ZodObject ? Object.keys(read.shape) : undefined;
}
