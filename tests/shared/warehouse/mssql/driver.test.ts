import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Connection, ConnectionPool, Request } from 'mssql';
import { z } from 'zod';
import {
  addToInitialSql,
  beforeLogin,
  keepTriedConnection,
  takeDriverRows,
} from '../../../../shared/warehouse/mssql/driver.js';

const FOLDER = 'shared/warehouse/mssql';
const installed = createRequire(import.meta.url);
const versionOf = (name: string) => z.object({ version: z.string() }).parse(installed(`${name}/package.json`)).version;
const { dependencies, overrides } = z
  .object({ dependencies: z.record(z.string(), z.string()), overrides: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

describe('shared/warehouse/mssql/driver.ts', () => {
  // Read driver.ts against the inside of another version before its number is written here.
  it('relies on the internals of mssql 12.7.14 and tedious 19.2.2, which are installed and pinned', () => {
    const known = { mssql: '12.7.14', tedious: '19.2.2' };
    expect({ mssql: versionOf('mssql'), tedious: versionOf('tedious') }).toEqual(known);
    expect({ mssql: dependencies['mssql'], tedious: overrides['tedious'] }).toEqual(known);
  });

  it('is the only file of its folder that uses internals of the client', () => {
    const inside = /\bas unknown as\b|[.{]\s*_\w+|from 'tedious/;
    const reaching = readdirSync(FOLDER).filter((file) => inside.test(readFileSync(join(FOLDER, file), 'utf8')));
    expect(reaching).toEqual(['driver.ts']);
  });

  it.each([
    ['runs requests', () => takeDriverRows({} as Request, () => undefined)],
    ['begins sessions', () => addToInitialSql(new EventEmitter() as unknown as Connection, [])],
    ['logs in', () => beforeLogin(new EventEmitter() as unknown as Connection, () => undefined)],
    ['opens connections', () => keepTriedConnection({} as ConnectionPool)],
  ])('refuses a version that %s in another way', (does, reach) => {
    expect(reach).toThrow(new RegExp(`${does} in a different way from the one this program knows`));
  });
});
