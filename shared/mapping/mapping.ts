import { readFileSync } from 'node:fs';
import { FixFirstError } from '../ground/errors.js';
import { fileError, readSqlFile } from '../ground/files.js';
import { type Engine, engineOf } from '../warehouse/port/sql-types.js';
import { faultsOf } from './mapping-checks.js';
import { describeFault, type MappingFault, schemaFaults, written } from './mapping-faults.js';
import { type MappingPath, mappingVersion, readMappingText } from './mapping-file.js';
import { limitFaults } from './mapping-limits.js';
import { type MappingText, mappingSchema } from './mapping-schema.js';

export { byCodeUnits, hashedColumns } from './mapping-file.js';
export type { ColumnType, ItemColumn, SubitemColumn, ValueRule } from './mapping-schema.js';

const SHIPPED = 'mappings/customer-orders.yaml';

/** What goes from the source to the board, and how. */
export interface Mapping extends MappingText {
  /** Twelve hex digits that change when the output may change, see `mappingVersion`. */
  readonly version: string;
}

/**
 * Reads and checks a mapping: `file` is a path, by default the mapping shipped in `sql/mappings/`. The engine that
 * `warehouseUrl` names has to take its names as those of columns.
 */
export function loadMapping(file?: string, warehouseUrl?: string): Mapping {
  const engine = warehouseUrl === undefined ? undefined : engineOf(warehouseUrl);
  return file === undefined
    ? parseMapping(readSqlFile(SHIPPED), `sql/${SHIPPED}`, engine)
    : parseMapping(readMapping(file), file, engine);
}

function readMapping(file: string): string {
  const advice = 'Set MAPPING_FILE to a readable file, or leave it out to use the one shipped.';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fileError(`The mapping ${file} cannot be read`, error, { advice });
  }
  if (text.includes('\ufffd'))
    throw new FixFirstError('MAPPING_INVALID', `The mapping ${file} is not in UTF-8. ${advice}`);
  return text;
}

/** Checks the text of a mapping; `name` is what messages call it. */
export function parseMapping(text: string, name: string, engine?: Engine): Mapping {
  const file = readMappingText(text, name);
  const result = mappingSchema.safeParse(file.data);
  const describe = (fault: MappingFault): string => describeFault(file, fault, written(file.data));
  if (!result.success) throw file.refuse(schemaFaults(result.error, written(file.data)).map(describe));
  const { data } = result;
  const faults = [
    ...limitFaults(data, engine).map(describe),
    ...faultsOf(data).map((fault) => `${fault.replace(/\.$/, '')}${file.place(pathOf(fault, data))}.`),
  ];
  if (faults.length > 0) throw file.refuse(faults);
  return { ...data, version: mappingVersion(data) };
}

/** Where a sentence that begins `item.columns (TITLE): …` or names a customer belongs. */
function pathOf(fault: string, { item, customers }: MappingText): MappingPath {
  const [, words = '', title] = /^([a-z_.]+)(?: \((.*?)\))?:/.exec(fault) ?? [];
  const path = words.split('.');
  if (words === 'customers') {
    const owner = customers.findLast(({ name }) => fault.includes(` and to ${name};`));
    return owner === undefined ? path : [...path, owner.name];
  }
  const index = item.columns.findIndex((column) => column.title === title);
  return title === undefined || index < 0 ? path : [...path, index];
}
