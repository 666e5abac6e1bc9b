import type { Clock } from '../../ground/clock.js';
import type { BulkRows } from './bulk-rows.js';
import type { Engine } from './sql-types.js';
import type { Statement } from './statements.js';
import type { TextRows } from './text-rows.js';

/** A parameter of a statement: a list fills `IN (@name)`, rows fill a row set declared in the statement's header. */
export type Scalar = string | number | Date | null;
export type Rows = readonly Readonly<Record<string, Scalar>>[];
export type Parameters = Readonly<Record<string, Scalar | readonly Scalar[] | Rows>>;

/** A row from the driver: dates and decimals as text, UUIDs in lower case, DATETIME2 as Date. */
export type Row = Readonly<Record<string, unknown>>;
export type ArrayRow = readonly (string | number | null)[];

/** What a transaction and the warehouse itself have in common. */
export interface Queryable {
  /** Runs one statement and returns its rows. */
  query(statement: Statement, parameters?: Parameters): Promise<Row[]>;
  /** Runs one statement and returns how many rows it touched. */
  execute(statement: Statement, parameters?: Parameters): Promise<number>;
  /** Loads rows in bulk, in column order, with back-pressure; values in text form or numbers. Returns the row count. */
  bulkLoad(...load: BulkLoad): Promise<number>;
}

export type BulkLoad = [table: string, columns: readonly BulkColumn[], rows: BulkRows];

export interface BulkColumn {
  name: string;
  type: SqlType;
}

/** The column types of both engines, see `sqlType` in shared/warehouse/port/sql-types.ts. */
export type SqlType =
  | 'uuid'
  | 'int'
  | 'bigint'
  | 'smallint'
  | 'date'
  | 'datetime'
  | 'decimal'
  | `decimal(${number},${number})`
  | 'bytes'
  | 'json'
  | 'text'
  | `text(${number})`;

/** A lock held on a connection of its own until released, or until that connection dies (`lost` aborts then). */
export interface Lock {
  readonly name: string;
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface ColumnInfo {
  name: string;
  /** The engine's own type name in lower case, as INFORMATION_SCHEMA gives it. */
  dataType: string;
  /** The length of a text column in characters; absent without a limit, or if it is not text. */
  length?: number;
}

/** A table as the catalogue describes it: what migrate compares with the description of our own. */
export interface TableInfo {
  columns: readonly TableColumn[];
  /** Empty when it has none. */
  primaryKey: readonly string[];
  /** Without the primary key's, and without those over expressions. */
  indexes: readonly IndexInfo[];
  foreignKeys: readonly ForeignKeyInfo[];
}

export interface TableColumn {
  name: string;
  /** The engine's own type with its length or precision: `character varying(255)`, `datetime2(3)`. */
  type: string;
  nullable: boolean;
  /** An INSERT may leave it out. */
  optional: boolean;
  /** How a text compares; null where the type has none, or it is the database's. */
  collation: string | null;
}

export interface IndexInfo {
  name: string;
  columns: readonly string[];
  unique: boolean;
  /** The condition of a filtered index, in the engine's own words; null for one over all rows. */
  filter: string | null;
  /** Not used by the engine: disabled, or its creation was interrupted. */
  disabled: boolean;
}

export interface ForeignKeyInfo {
  name: string;
  columns: readonly string[];
  table: string;
  references: readonly string[];
}

export type TablePermission = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** The server's own name and version. */
export interface ServerVersion {
  name: string;
  /** Whether the statements are written for it. */
  supported: boolean;
}

/** The schema of source and pipeline tables where no setting names one. */
export const DEFAULT_SCHEMA = 'dbo';

/** Options for opening a warehouse. */
export interface OpenOptions {
  url: string;
  schema: string;
  clock: Clock;
  /** Task and batch, so that the holder of a lock can be named. */
  applicationName: string;
  /** When it aborts, a server that is down is no longer waited for. */
  signal?: AbortSignal | undefined;
  /** LOCK_WAIT: no statement waits longer for the locks of others. */
  lockWaitMs?: number;
  /** The setting with the URL, for messages: `WAREHOUSE_URL` by default. */
  setting?: string;
}

export interface TransactionOptions {
  /**
   * Rows are looked up by their keys, whatever the engine knows of their number: for the rows of one batch in tables that
   * hold many. Only PostgreSQL has to be told.
   */
  byKeys?: boolean;
}

/** The database that holds ORDERS_UNIFIED and the pipeline's tables. */
export interface Warehouse extends Queryable {
  readonly engine: Engine;
  readonly schema: string;
  /** Streams array rows in chunks, never more than a few in memory: DATE and DECIMAL as text, INT as number or text. */
  stream(statement: Statement, parameters?: Parameters): AsyncIterable<ArrayRow[]>;
  /** Streams the same texts as `stream`, as bytes: the fastest way to read very wide rows. */
  streamText(statement: Statement, parameters?: Parameters): AsyncIterable<TextRows>;
  /** Runs `work` in one transaction, again as a whole when the engine says that this may help. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Takes an application lock, waiting up to `waitMs`; undefined when it is still held by another. The wait is rejected
   * with the signal's reason as soon as it aborts.
   */
  lock(name: string, waitMs: number, signal?: AbortSignal): Promise<Lock | undefined>;
  /** Who holds a lock, in words for a message, as far as the engine tells. */
  lockHolder(name: string): Promise<string>;
  /** Columns of a table or view in ordinal order; empty if the table does not exist. */
  columns(table: string): Promise<ColumnInfo[]>;
  /** The existing ones of `tables`, with their columns, keys and indexes. Views are left out. */
  describeTables(tables: readonly string[]): Promise<Map<string, TableInfo>>;
  version(): Promise<ServerVersion>;
  /** Those of `permissions` that our user does not have on a table or view; none when there is no such table. */
  lackingPermissions(table: string, permissions: readonly TablePermission[]): Promise<TablePermission[]>;
  /** Whether our user may name what is in the schema: where it may not, permissions on tables are of no use. */
  mayUseSchema(): Promise<boolean>;
  /** Whether our user may create tables in the schema. */
  mayCreateTables(): Promise<boolean>;
  /** The database's time. */
  now(): Promise<Date>;
  close(): Promise<void>;
}
