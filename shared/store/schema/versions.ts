import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readSqlFile, sqlFolder } from '../../ground/files.js';
import type { Queryable, Warehouse } from '../../warehouse/port/warehouse.js';
import { blocksOf } from '../blocks.js';
import { rowOf } from '../rows.js';
import { SCHEMA_TABLE } from './own-tables.js';

// MON_Schema: the numbered steps applied to a database.

const blocks = blocksOf('schema');

/** A step recorded in a database: 1 is the description from which it was created. */
export interface RecordedStep {
  version: number;
  file: string;
  /** Null for the description. */
  checksum: string | null;
}

const selectVersions = blocks.rows('select-versions', {}, rowOf(SCHEMA_TABLE, ['version', 'checksum']), ['checksum']);

/** Checksums by version, null for what an earlier version of this program has recorded; undefined without MON_Schema. */
export async function appliedSteps(warehouse: Warehouse): Promise<Map<number, string | null> | undefined> {
  const names = (await warehouse.columns(SCHEMA_TABLE.name)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const rows = await selectVersions(warehouse, {}, { checksum: names.includes('checksum') ? '"checksum"' : 'NULL' });
  return new Map(rows.map(({ version, checksum }) => [version, checksum]));
}

const insertVersion = blocks.touches('insert-version', {
  version: 'int',
  script: 'text',
  applied_at: 'text',
  checksum: 'text?',
});

/** Records that a database has a step, or was created from the description. Safe to repeat. */
export async function recordStep(
  queryable: Queryable,
  { version, file, checksum }: RecordedStep,
  now: Date,
): Promise<void> {
  await insertVersion(queryable, { version, script: file, checksum, applied_at: now.toISOString() });
}

/** The version that a database has which was made from the description, before any step. */
const FIRST_VERSION = 1;
const FILE = /^(\d{4})-.+\.sql$/;

/**
 * A change that no comparison of tables can express, such as a renamed column or values that move: a file of
 * sql/ddl/<engine>/steps/. It is applied once, before tables are compared, and never rewritten.
 */
export interface NumberedStep {
  version: number;
  file: string;
  text: string;
  checksum: string;
}

/** The state of a database's steps. */
export interface StepsSeen {
  /** Nothing of ours exists, or its creation was interrupted. */
  fresh: boolean;
  version: number;
  pending: readonly NumberedStep[];
  /** Files that were changed after they were applied to this database. */
  rewritten: readonly string[];
}

/** The steps of one engine, in their order. */
export function readSteps(engine: Warehouse['engine']): NumberedStep[] {
  const folder = `ddl/${engine}/steps`;
  if (!existsSync(`${sqlFolder()}/${folder}`)) return [];
  return readdirSync(`${sqlFolder()}/${folder}`)
    .filter((file) => FILE.test(file))
    .sort()
    .map((file) => stepOf(file, readSqlFile(`${folder}/${file}`)));
}

export function stepOf(file: string, text: string): NumberedStep {
  const checksum = createHash('sha256').update(text).digest('hex');
  return { version: Number(FILE.exec(file)?.[1]), file, text, checksum };
}

/**
 * Which steps a database has had; `made` is false when no table of ours is there. A database that was just made needs no
 * step: it is as the last one leaves it. Until its making is finished, MON_Schema is empty.
 */
export async function seeSteps(
  warehouse: Warehouse,
  steps: readonly NumberedStep[],
  { made }: { made: boolean },
): Promise<StepsSeen> {
  const version = steps.at(-1)?.version ?? FIRST_VERSION;
  const applied = await appliedSteps(warehouse);
  if (!made || applied?.size === 0) return { fresh: true, version, pending: [], rewritten: [] };
  return {
    fresh: false,
    version,
    pending: steps.filter((step) => !applied?.has(step.version)),
    rewritten: steps
      .filter((step) => (applied?.get(step.version) ?? step.checksum) !== step.checksum)
      .map(({ file }) => file),
  };
}

/** What a database that was just made has: the description, and every step as if it had been applied. */
export function stepsOfFresh(steps: readonly NumberedStep[]): RecordedStep[] {
  return [{ version: FIRST_VERSION, file: 'description', checksum: null }, ...steps];
}
