import type { SqlType } from '../../warehouse/port/warehouse.js';

/** A column of one of our tables. Nullable unless it says otherwise. */
export interface ColumnDescription<Name extends string = string, Type extends SqlType = SqlType> {
  name: Name;
  type: Type;
  required?: boolean;
  /** Every text that it may hold. */
  values?: readonly string[];
  /** SQL text of a default, the same on both engines. */
  default?: string;
  /** The database counts it up. */
  identity?: true;
  /** Bytes that are compressed already: PostgreSQL need not try again. */
  incompressible?: true;
}

export interface Index {
  columns: readonly string[];
  unique?: boolean;
  /** A filter in SQL that both engines read. */
  where?: string;
}

export interface ForeignKey {
  columns: readonly string[];
  table: string;
  references: readonly string[];
}

export interface Table {
  name: string;
  columns: readonly ColumnDescription[];
  primaryKey: readonly string[];
  foreignKeys?: readonly ForeignKey[];
  indexes?: readonly Index[];
  /** Other systems may replace it with a table of theirs: only columns that it lacks, or that refuse our rows, are told. */
  columnsOnly?: true;
}

/** What the tables take from the mapping. */
export interface MappedColumns {
  /** Hashed source columns, sizes apart: kept as text in the snapshot. */
  kept: readonly string[];
  /** Board columns of an item by title. */
  board: readonly { title: string; type: 'text' | 'decimal' | 'date' | 'int' }[];
}

type Required<Name extends string, Type extends SqlType> = ColumnDescription<Name, Type> & { required: true };

/** A table whose columns keep their names and types for `rowOf`. */
export function table<const Described extends Table>(description: Described): Described {
  return description;
}

export const key = <Name extends string, Type extends SqlType>(name: Name, type: Type): Required<Name, Type> => ({
  name,
  type,
  required: true,
});
export const col = <Name extends string, Type extends SqlType>(
  name: Name,
  type: Type,
): ColumnDescription<Name, Type> => ({
  name,
  type,
});
/** 0 or 1. */
export const flag = <Name extends string>(name: Name): Required<Name, 'smallint'> => ({
  ...key(name, 'smallint'),
  default: '0',
});
export const count = <Name extends string>(name: Name): Required<Name, 'int'> => ({
  ...key(name, 'int'),
  default: '0',
});
/** One of some words, which `shared/store/states.ts` lists. */
export const state = <Name extends string, const Values extends readonly string[]>(
  name: Name,
  values: Values,
): Required<Name, 'text(32)'> & { values: Values } => ({ ...key(name, 'text(32)'), values });

/** A state that may be null. */
export const stateOrNull = <Name extends string, const Values extends readonly string[]>(
  name: Name,
  values: Values,
): ColumnDescription<Name, 'text(32)'> & { values: Values } => ({ ...col(name, 'text(32)'), values });

/** Raw values of a staged line stand beside its board values, so their names need a mark. */
export const RAW_PREFIX = 'src ';
export const LABEL = 'text(128)' satisfies SqlType;
export const NAME = 'text(255)' satisfies SqlType;
export const STATE = 'text(32)' satisfies SqlType;
export const HASH = 'text(64)' satisfies SqlType;
