import type { SqlType } from '../warehouse/warehouse.js';

/** A column of one of our tables. Nullable unless it says otherwise. */
export interface Column {
  name: string;
  type: SqlType;
  required?: boolean;
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
  columns: readonly Column[];
  primaryKey: readonly string[];
  foreignKeys?: readonly ForeignKey[];
  indexes?: readonly Index[];
  /** Other systems may replace it with a table of theirs: only columns that it lacks are missed. */
  columnsOnly?: true;
}

/** What the tables take from the mapping. */
export interface MappedColumns {
  /** Hashed source columns, sizes apart: kept as text in the snapshot. */
  kept: readonly string[];
  /** Board columns of an item by title. */
  board: readonly { title: string; type: 'text' | 'decimal' | 'date' }[];
}

export const key = (name: string, type: SqlType): Column => ({ name, type, required: true });
export const col = (name: string, type: SqlType): Column => ({ name, type });
export const flag = (name: string): Column => ({ name, type: 'smallint', required: true, default: '0' });
export const count = (name: string): Column => ({ name, type: 'int', required: true, default: '0' });

/** Raw values of a staged line stand beside its board values, so their names need a mark. */
export const RAW_PREFIX = 'src ';
export const LABEL: SqlType = 'text(128)';
export const NAME: SqlType = 'text(255)';
export const STATE: SqlType = 'text(32)';
export const HASH: SqlType = 'text(64)';
