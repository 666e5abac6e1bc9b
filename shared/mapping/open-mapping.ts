import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqlFolder } from '../ground/files.js';
import type { Mapping } from './mapping.js';
import { SHIPPED } from './shipped.js';

/**
 * Inserted by scripts/build.js, with the code that it belongs to: what that code makes of each mapping in `sql/mappings`,
 * as JSON by the SHA-256 of the file. Undefined where TypeScript runs without it.
 */
declare const PARSED_MAPPINGS: Readonly<Record<string, string>> | undefined;

/**
 * The mapping of a task: the same as of `loadMapping`, which is loaded only for a file whose parsed form the build has not
 * left. It takes an eighth of the start of a task.
 */
export async function openMapping(file?: string, warehouseUrl?: string): Promise<Mapping> {
  const parsed = typeof PARSED_MAPPINGS === 'undefined' ? undefined : parsedForm(PARSED_MAPPINGS, file);
  if (parsed !== undefined) return parsed;
  const { loadMapping } = await import('./mapping.js');
  return loadMapping(file, warehouseUrl);
}

function parsedForm(parsed: Readonly<Record<string, string>>, file = join(sqlFolder(), SHIPPED)): Mapping | undefined {
  const json = parsed[createHash('sha256').update(bytesOf(file)).digest('hex')];
  return json === undefined ? undefined : JSON.parse(json);
}

/** None where the file cannot be read: `loadMapping` says why. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
