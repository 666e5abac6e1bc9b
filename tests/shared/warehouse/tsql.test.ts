import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sqlFolder } from '../../../shared/ground/files.js';
import { loadMapping } from '../../../shared/mapping/mapping.js';
import { ddlScript } from '../../../shared/store/schema/ddl.js';
import { ownTables, splitScript } from '../../../shared/store/schema/migrate.js';
import { createView, warehouseViews } from '../../../shared/store/schema/views.js';
import { compileForSqlServer } from '../../../shared/warehouse/mssql/parameters.js';
import { CATALOGUE_QUERIES } from '../../../shared/warehouse/mssql/tables.js';
import type { Statement } from '../../../shared/warehouse/port/statements.js';
import type { Parameters } from '../../../shared/warehouse/port/warehouse.js';
import { filledAsIn } from '../../helpers/statement-places.js';
import { loadStatement, statementNames } from '../../helpers/statements.js';
import { foreignFunctions, tsqlErrors } from '../../helpers/tsql.js';

/** These run in PostgreSQL only. */
const ARCHIVE = /snapshot_archive/;
const PARAMETER = /'(?:[^']|'')*'|"(?:[^"]|"")*"|@(\w+)/g;

/** A value for every parameter: a list where it stands in IN (…), one row for a row set. */
function someParameters({ text, rowSets }: Statement): Parameters {
  const names = [...text.matchAll(PARAMETER)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  return Object.fromEntries(
    names.map((name) => [name, rowSets[name] ? [{}] : new RegExp(`IN \\(@${name}\\)`).test(text) ? ['x', 'y'] : 'x']),
  );
}

function filled(name: string): Statement {
  return filledAsIn(loadStatement(name));
}

describe('every statement in the form that SQL Server receives is T-SQL', () => {
  const names = statementNames().filter((name) => !ARCHIVE.test(loadStatement(name).text));

  it.each(names)('%s', (name) => {
    const statement = filled(name);
    const { text } = compileForSqlServer('orders', statement, someParameters(statement));
    expect(tsqlErrors(text)).toEqual([]);
    expect(foreignFunctions(text)).toEqual([]);
  });

  it('a list that is too long for parameters', () => {
    const statement = filled('ledger/select-line-items');
    const { text, values } = compileForSqlServer('orders', statement, { line_keys: Array(3_000).fill('x') });
    expect(tsqlErrors(text)).toEqual([]);
    expect(values.size).toBe(1);
  });
});

describe('every statement that creates the tables on SQL Server is T-SQL', () => {
  const views = warehouseViews(loadMapping()).map((view) => createView(view));
  const texts = [...splitScript(ddlScript('mssql', ownTables(loadMapping()))), ...views];

  it.each(texts.map((text) => [text.split('\n')[0], text]))('%s', (_, text) => {
    expect(tsqlErrors(text ?? '')).toEqual([]);
  });
});

describe('every query of the catalogue is T-SQL', () => {
  it.each(Object.entries(CATALOGUE_QUERIES))('%s', (_, text) => {
    expect(tsqlErrors(text.replace('{tables}', '@p2, @p3'))).toEqual([]);
  });
});

describe('the grant script', () => {
  const script = readFileSync(join(sqlFolder(), 'grants', 'mssql.sql'), 'utf8');

  it('is T-SQL', () => {
    for (const text of splitScript(script)) {
      // The grammar knows one right a GRANT.
      const single = text.replace(/^GRANT (\w+)(, \w+)+ ON/, 'GRANT $1 ON');
      expect([single, tsqlErrors(single)]).toEqual([single, []]);
    }
  });
});

describe('the T-SQL parser', () => {
  it.each([
    'SELECT "a" FROM "t" LIMIT 5',
    'SELECT "a" || "b" FROM "t"',
    'INSERT INTO "t" ("a") VALUES (1) RETURNING "a"',
    'INSERT INTO "t" ("a") VALUES (1) ON CONFLICT DO NOTHING',
    `SELECT "a" FROM "t" WHERE "a" ILIKE 'x'`,
    'SELECT COUNT(*) FILTER (WHERE "a" = 1) FROM "t"',
    'SELECT "a" FROM "t" WHERE "a" = TRUE',
    'SELECT CAST("a" AS INT), "a"::int FROM "t"',
    'ALTER TABLE "t" ADD COLUMN "a" INT',
    'SELECT "a" FROM "t" ORDER BY "a" NULLS LAST',
    'SELECT EXISTS (SELECT 1)',
    'SELECT ("a" = "b") AS "same" FROM "t"',
    'SELECT "a" FROM "t" WHERE "b"',
    'SELECT "a" FROM "t" WHERE ("a", "b") IN (SELECT 1, 2)',
    'SELECT "a" FROM "t" FETCH NEXT 1 ROWS ONLY',
    'UPDATE "t" SET "a" = 1 WHERE',
  ])('refuses what is not T-SQL: %s', (text) => {
    expect(tsqlErrors(text)).not.toEqual([]);
  });

  it('recognizes a function of one engine only', () => {
    expect(
      foreignFunctions(`SELECT LENGTH("a"), 'NOW()' FROM "t" WHERE "b" IN (SELECT STRING_AGG("c", ',') FROM "u")`),
    ).toEqual(['LENGTH', 'STRING_AGG']);
  });
});
