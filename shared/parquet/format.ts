import { FixFirstError, messageOf } from '../ground/errors.js';

// Names of parquet.thrift, as far as files of ours use them.

export const MAGIC = Buffer.from('PAR1');
/** Behind the footer: its length, and the magic letters. */
export const TRAILER = 8;

export const PHYSICAL_TYPE = { int: 1, text: 6 } as const;
export const OPTIONAL = 1;
export const UTF8 = 0;
export const PAGE_TYPE = { data: 0, dictionary: 2 } as const;
export const CODEC = { uncompressed: 0, brotli: 4 } as const;
export const ENCODING = { plain: 0, rle: 3, deltas: 5, lengths: 6, dictionary: 8 } as const;
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING];

/** What a cell holds that is not null. */
export type CellValue = string | number;

/** Who wrote a file: files of the first writer, which was WebAssembly, say `customer-orders`, and are read by it. */
export const CREATED_BY = 'customer-orders 2';
/** Beside the rows: columns that are not in the file because no row has a value, as `[position, name, kind]`. */
export const EMPTY_COLUMNS = 'empty_columns';

export function unreadable(cause: unknown): FixFirstError {
  return new FixFirstError('ARCHIVE_DAMAGED', `The bytes cannot be read as Parquet: ${messageOf(cause)}`, { cause });
}
