import type { ScannedLine } from '../../tasks/detect/read/known-lines.js';

/** A line of the snapshot as detect reads it: uuid and key as a text among others. */
export function scannedLine(line: {
  uuid: string;
  key: string;
  hash: Uint8Array | null;
  customer?: number;
  flags?: number;
}): ScannedLine {
  const { uuid, key, hash, customer = 0, flags = 0 } = line;
  return {
    bytes: Buffer.from(`${uuid}|${key}`),
    uuid: [0, uuid.length],
    ownKey: key === uuid ? undefined : [uuid.length + 1, uuid.length + 1 + key.length],
    hash,
    customer,
    flags,
  };
}
