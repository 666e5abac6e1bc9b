import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { FixFirstError, messageOf } from '../errors.js';
import { readSqlFile } from '../files.js';
import { faultsOf } from './mapping-checks.js';
import { type MappingText, mappingSchema } from './mapping-schema.js';
import { mappingVersion } from './mapping-version.js';

export type { ColumnType, ItemColumn, SubitemColumn, ValueRule } from './mapping-schema.js';
export { byCodeUnits, hashedColumns } from './mapping-version.js';

const SHIPPED = 'mappings/customer-orders.yaml';

/** What goes from the source to the board, and how. */
export interface Mapping extends MappingText {
  /** Twelve hex digits that change when the output may change, see `mappingVersion`. */
  readonly version: string;
}

/** Reads and checks a mapping: `file` is a path, by default the mapping shipped in `sql/mappings/`. */
export function loadMapping(file?: string): Mapping {
  return file === undefined
    ? parseMapping(readSqlFile(SHIPPED), `sql/${SHIPPED}`)
    : parseMapping(readMapping(file), file);
}

function readMapping(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new FixFirstError(
      `The mapping ${file} cannot be read: ${messageOf(error)}. Set MAPPING_FILE to a readable file, or leave it out to use the one shipped.`,
    );
  }
}

/** Checks the text of a mapping; `name` is what messages call it. */
export function parseMapping(text: string, name: string): Mapping {
  const document = parseDocument(text, { schema: 'failsafe' });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined)
    throw new FixFirstError(`The mapping ${name} is not valid YAML: ${syntaxError.message.trim()}`);
  const result = mappingSchema.safeParse(document.toJS());
  if (!result.success) throw refuse(name, result.error.issues.map(describeIssue));
  const faults = faultsOf(result.data);
  if (faults.length > 0) throw refuse(name, faults);
  return { ...result.data, version: mappingVersion(result.data) };
}

function refuse(name: string, faults: readonly string[]): FixFirstError {
  return new FixFirstError(`The mapping ${name} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${path.replace(/^\./, '') || 'the file'}: ${issue.message}`;
}
