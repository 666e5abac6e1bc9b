import { describe, expect, it } from '@jest/globals';
import { OWN_COLUMNS } from '../../../../shared/mapping/mapping-limits.js';
import { STAGED_ITEMS } from '../../../../shared/store/schema/batch-tables.js';
import { PRODUCTION_ITEMS } from '../../../../shared/store/schema/own-tables.js';
import { RESTORED_LINES, SNAPSHOT } from '../../../../shared/store/schema/run-tables.js';
import { bookkeeping, RAW_PREFIX } from '../../../../shared/store/schema/tables.js';

/** Names of columns of ours in tables that have columns of a mapping as well. */
const namesOf = (...tables: { name: string }[]) =>
  [...new Set(tables.flatMap(({ name }) => [...bookkeeping(name)]))].filter((name) => !name.startsWith(RAW_PREFIX));

describe('the names that a mapping may not use', () => {
  it('are those of the snapshot and of restored lines, for source columns', () => {
    expect([...OWN_COLUMNS.kept].sort()).toEqual(namesOf(SNAPSHOT, RESTORED_LINES).sort());
  });

  it('are those of staging and production, for titles', () => {
    expect([...OWN_COLUMNS.board].sort()).toEqual(namesOf(STAGED_ITEMS, PRODUCTION_ITEMS).sort());
  });
});
