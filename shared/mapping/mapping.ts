import { readFileSync } from 'node:fs';
import { FixFirstError } from '../ground/errors.js';
import { fileError, readSqlFile } from '../ground/files.js';
import { type Engine, engineOf } from '../warehouse/port/sql-types.js';
import { contradictionsOf } from './mapping-checks.js';
import { describeFaults, schemaFaults, soundMapping, touches, type Written, written } from './mapping-faults.js';
import { type MappingFault, type MappingFile, readMappingText } from './mapping-file.js';
import { limitFaults } from './mapping-limits.js';
import { type MappingText, mappingSchema } from './mapping-schema.js';
import { mappingVersion } from './mapping-version.js';
import { ofKnownCustomers } from './rules.js';
import { SHIPPED } from './shipped.js';

export type { ColumnType } from './column-types.js';
export type { GroupPart } from './group-parts.js';
export type { ItemColumn, Sizes, Subitem, ValueRule } from './mapping-schema.js';
export type { LineCustomer } from './source-schema.js';

/** What goes from the source to the board, and how. */
export interface Mapping extends MappingText {
  /** Twelve hex digits that change when the output may change, see `mappingVersion`. */
  readonly version: string;
}

/**
 * Reads and checks a mapping; a task calls `openMapping` instead. `file` is a path, by default the mapping shipped in `sql/mappings/`. The engine that
 * `warehouseUrl` names has to take its names as those of columns.
 */
export function loadMapping(file?: string, warehouseUrl?: string): Mapping {
  const engine = warehouseUrl === undefined ? undefined : engineOf(warehouseUrl);
  return file === undefined
    ? parseMapping(readSqlFile(SHIPPED), `sql/${SHIPPED}`, engine)
    : parseMapping(readMapping(file), file, engine);
}

/** The text of a mapping. @throws FixFirstError when it cannot be read. */
export function readMapping(file: string): string {
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

/** A mapping that cannot be used, with each of its faults as a sentence. */
export class MappingError extends FixFirstError {
  readonly faults: readonly string[];

  constructor(what: string, faults: readonly string[]) {
    super('MAPPING_INVALID', `${what}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Checks the text of a mapping; `name` is what messages call it. @throws MappingError with every fault that it has. */
export function parseMapping(text: string, name: string, engine?: Engine): Mapping {
  const file = readMappingText(text);
  const whole = written(file.data);
  const result = file.isYaml ? mappingSchema.safeParse(file.data) : undefined;
  const faults = [...file.faults, ...(result === undefined ? [] : faultsOf(result, whole, file, engine))];
  if (result?.success && faults.length === 0) {
    const stated = { ...result.data, scope: ofKnownCustomers(result.data.scope) };
    return plain({ ...stated, version: mappingVersion(stated) });
  }
  const notYaml = `is not valid YAML${faults.length > 1 ? '; what stands below the first may come of it' : ''}`;
  const wrong = file.isYaml ? 'cannot be used' : notYaml;
  throw new MappingError(`The mapping ${name} ${wrong}`, describeFaults(file, faults, whole));
}

/** As it is read from its JSON: without keys that hold nothing. */
function plain(mapping: Mapping): Mapping {
  return JSON.parse(JSON.stringify(mapping));
}

/** What the schema refuses, and what contradicts itself in the parts that it takes. */
function faultsOf(
  result: ReturnType<typeof mappingSchema.safeParse>,
  whole: Written,
  file: MappingFile,
  engine: Engine | undefined,
): MappingFault[] {
  const left = file.faults.map(({ path }) => path).filter((path) => path.length > 0);
  const own = result.success ? [] : schemaFaults(result.error, whole);
  const unfit = own.filter(({ path }) => !left.some((each) => touches(path, each)));
  const faulty = [...left, ...unfit.map(({ path }) => path)];
  const sound = result.success
    ? result.data
    : soundMapping(
        whole,
        own.map(({ path }) => path),
      );
  if (sound === undefined) return unfit;
  const contradictions = [...limitFaults(sound, engine), ...contradictionsOf(sound)].filter(
    ({ path, also = [] }) =>
      ![path, ...also].some((place) => faulty.some((each) => touches(place, each) || touches(each, place))),
  );
  return [...unfit, ...contradictions];
}
