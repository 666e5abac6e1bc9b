import { createHash, randomUUID } from 'node:crypto';

/** Our own namespace for UUIDv5: generated once at random, never to change. */
const NAMESPACE = '5f0b6b1e-7d52-4c0e-9a57-3f6f4b1c8e21';

/** RFC 9562 version 5: the same name gives the same id on every machine. */
export function uuidV5(name: string, namespace = NAMESPACE): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID as databases write it, in either case. */
export const isUuid = (text: string): boolean => UUID.test(text);

export function newUuid(): string {
  return randomUUID();
}

/** Rule 12: a batch id is derived from run and customer, so that asking twice gives the same one. */
export function batchId(runId: string, customer: string): string {
  return uuidV5(`batch|${runId}|${customer}`);
}

/** The part of an id that is shown to people: every command accepts it. */
export const shortId = (id: string): string => id.slice(0, 8);
