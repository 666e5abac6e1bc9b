import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqlFolder } from '../../shared/ground/files.js';
import { blocksOf, type Statement } from '../../shared/warehouse/port/statements.js';

/** Every statement there is, as `<table>/<block>`. */
export function statementNames(): string[] {
  return readdirSync(join(sqlFolder(), 'statements'))
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) => [...blocksOf(file.slice(0, -'.sql'.length)).keys()])
    .sort();
}

/** A block of `sql/statements/<table>.sql` by `<table>/<block>`, as it stands there. */
export function loadStatement(name: string): Statement {
  const statement = blocksOf(name.slice(0, name.indexOf('/'))).get(name);
  if (statement === undefined) throw new Error(`sql/statements has no block ${name}`);
  return statement;
}
