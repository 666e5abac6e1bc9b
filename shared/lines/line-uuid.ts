import { hash as digest } from 'node:crypto';
import { textOf } from '../mapping/texts.js';
import { type Field, fieldAt, type TextRows, textAt } from '../warehouse/port/text-rows.js';
import type { ArrayRow } from '../warehouse/port/warehouse.js';
import { readUuid } from './business-key.js';
import type { SourceLayout } from './layout.js';

const NULL = Buffer.from([0]);

/**
 * The uuid of a line whose key is the exact texts of some columns, in their order; null where every one of them is null or
 * empty. The first 16 bytes of a SHA-256, marked as UUID version 8 (RFC 9562), of one byte 0 for null, or 1, the length
 * in four bytes and the UTF-8, for each text: no two lists of texts are the same bytes.
 */
export function uuidOfKey(texts: readonly (string | null)[]): string | null {
  if (texts.every((text) => text === null || text === '')) return null;
  const parts = texts.map((text) => {
    if (text === null) return NULL;
    const bytes = Buffer.from(text, 'utf8');
    const head = Buffer.alloc(5, 1);
    head.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  });
  const bytes = digest('sha256', Buffer.concat(parts), 'buffer');
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return readUuid(bytes, 0);
}

/** Compiles the function that says which uuid a row of `layout` has, as its column holds it or as its key makes it. */
export function compileUuid({ key }: SourceLayout): (row: ArrayRow) => string | null {
  if (key === undefined) return (row) => textOf(row[0]);
  return (row) => uuidOfKey(key.map((position) => textOf(row[position])));
}

/** Compiles the function that puts the uuid of a row in its first place, where a key of columns has left room for it. */
export function compileWithUuid(layout: SourceLayout): (row: ArrayRow) => ArrayRow {
  if (layout.key === undefined) return (row) => row;
  const uuidOf = compileUuid(layout);
  return (row) => row.with(0, uuidOf(row));
}

/** A uuid as text in bytes. */
export interface UuidText {
  readonly bytes: Uint8Array;
  readonly field: Field;
}

/** Like `compileUuid`, for a row that is text; undefined for null. What it returns is valid until the next row. */
export function compileTextUuid({ key }: SourceLayout): (rows: TextRows, row: number) => UuidText | undefined {
  if (key === undefined)
    return (rows, row) => {
      const field = fieldAt(rows, row, 0);
      return field && { bytes: rows.bytes, field };
    };
  return (rows, row) => {
    const uuid = uuidOfKey(key.map((position) => textAt(rows, row, position)));
    return uuid === null ? undefined : { bytes: Buffer.from(uuid, 'latin1'), field: [0, uuid.length] };
  };
}
