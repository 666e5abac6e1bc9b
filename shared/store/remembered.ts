import { z } from 'zod';
import { FixFirstError, messageOf } from '../ground/errors.js';
import { loadStatement } from '../warehouse/port/statements.js';
import type { Queryable } from '../warehouse/port/warehouse.js';

const mappingRow = z.object({ mapping_version: z.string(), hashed_columns: z.string() });

/** Rule 9: the hashed columns of mapping versions, as MON_Mapping remembers them; versions it does not know are missing. */
export async function readHashedColumns(
  queryable: Queryable,
  versions: readonly string[],
): Promise<Map<string, readonly string[]>> {
  if (versions.length === 0) return new Map();
  const rows = await queryable.query(loadStatement('mappings/select-hashed-columns'), { versions });
  return new Map(
    rows.map((row) => {
      const { mapping_version, hashed_columns } = mappingRow.parse(row);
      return [mapping_version, columnList(hashed_columns)];
    }),
  );
}

/** Remembers by which columns mapping versions hash; those that are known stay as they are. */
export async function rememberHashedColumns(
  queryable: Queryable,
  lists: ReadonlyMap<string, readonly string[]>,
  now: Date,
): Promise<void> {
  const rows = [...lists].map(([version, columns]) => ({
    mapping_version: version,
    hashed_columns: JSON.stringify(columns),
    created_at: now.toISOString().slice(0, -1),
  }));
  await queryable.execute(loadStatement('mappings/insert-mapping'), { rows });
}

/** The list that MON_Mapping keeps as text. */
export function columnList(text: string): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch (error) {
    throw new FixFirstError(`MON_Mapping holds hashed columns that are no JSON list of names: ${messageOf(error)}.`);
  }
}
